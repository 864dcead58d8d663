/** The dialog of one event: its recording, or in plain words why there is none, and what is known of it. */
import { useCallback, useState } from 'react';
import { age, clockTime, length, longTime, size } from '../format.ts';
import { t } from '../messages.ts';
import type { Camera, CameraEvent } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';
import {
  AlertIcon,
  ChevronLeftIcon,
  ChevronRightIcon,
  ClockIcon,
  DownloadIcon,
  FilmIcon,
  kindIcons,
} from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { lengthOf, recordingOf } from './event-state.ts';
import { HlsVideo } from './hls-video.tsx';

interface EventPlayerProps {
  /** Undefined: not here yet. */
  readonly event: CameraEvent | undefined;
  readonly gone: boolean;
  readonly camera: Camera | undefined;
  readonly downloads: boolean;
  readonly newer: string | undefined;
  readonly older: string | undefined;
  readonly onOpen: (eventId: string) => void;
  readonly onClose: () => void;
}

export function EventPlayer({
  event,
  gone,
  camera,
  downloads,
  newer,
  older,
  onOpen,
  onClose,
}: EventPlayerProps) {
  if (event === undefined)
    return (
      <Dialog title={t.events.title} onClose={onClose} className="player">
        <p className="player-message" role="status">
          {gone ? t.player.gone : t.loading}
        </p>
      </Dialog>
    );
  const Icon = kindIcons[event.kind];
  return (
    <Dialog
      className="player"
      onClose={onClose}
      title={
        <>
          <span className="kind" data-kind={event.kind}>
            <Icon />
            {t.kinds[event.kind]}
          </span>
          <span className="event-camera">{camera?.name ?? event.cameraName}</span>
        </>
      }
    >
      <Stage key={event.id} event={event} />
      <div className="player-bar">
        <div className="player-steps">
          <Step label={t.player.newer} to={newer} onOpen={onOpen}>
            <ChevronLeftIcon />
          </Step>
          <Step label={t.player.older} to={older} onOpen={onOpen}>
            <ChevronRightIcon />
          </Step>
        </div>
        <When event={event} />
        {event.downloadUrl !== null &&
          (downloads ? (
            <a className="button" href={event.downloadUrl} download>
              <DownloadIcon />
              {t.player.download}
            </a>
          ) : (
            <p className="hint">{t.player.downloadOff}</p>
          ))}
      </div>
      <Details event={event} />
    </Dialog>
  );
}

function Stage({ event }: { event: CameraEvent }) {
  const now = useNow();
  const recording = recordingOf(event, now);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // What plays is what there was when it began; more of it is offered, not forced into the middle.
  const [playing, setPlaying] = useState(event.recordingCount);
  const onFailure = useCallback(() => setFailed(true), []);
  const restart = (): void => {
    setPlaying(event.recordingCount);
    setFailed(false);
    setAttempt(attempt + 1);
  };
  if (playing === 0 && event.recordingCount > 0) setPlaying(event.recordingCount);

  if (recording === 'playable' && event.playlistUrl !== null && !failed)
    return (
      <div className="stage">
        <HlsVideo
          key={attempt}
          src={event.playlistUrl}
          poster={event.thumbnailUrl}
          label={`${t.kinds[event.kind]}, ${longTime(event.startedAt)}`}
          onFailure={onFailure}
        />
        {event.recordingCount > playing && playing > 0 && (
          <button type="button" className="button button-primary stage-more" onClick={restart}>
            <FilmIcon />
            {t.player.more}
          </button>
        )}
      </div>
    );
  const words = failed
    ? t.player.failed
    : {
        playable: '',
        expected: t.player.uploading,
        none: t.player.noRecording,
        quarantined: t.player.quarantined,
      }[recording];
  return (
    <div className="stage">
      {event.thumbnailUrl !== null && <img className="stage-picture" src={event.thumbnailUrl} alt="" />}
      <div
        className={event.thumbnailUrl === null ? 'stage-words' : 'stage-words stage-words-over'}
        role="status"
      >
        {failed || recording === 'quarantined' ? (
          <AlertIcon />
        ) : recording === 'expected' ? (
          <ClockIcon />
        ) : (
          <FilmIcon />
        )}
        <p>{words}</p>
        {failed && (
          <button type="button" className="button" onClick={restart}>
            {t.player.tryAgain}
          </button>
        )}
      </div>
    </div>
  );
}

interface StepProps {
  readonly label: string;
  readonly to: string | undefined;
  readonly onOpen: (eventId: string) => void;
  readonly children: React.ReactNode;
}
function Step({ label, to, onOpen, children }: StepProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => {
        if (to !== undefined) onOpen(to);
      }}
    >
      {children}
    </button>
  );
}

function When({ event }: { event: CameraEvent }) {
  const now = useNow();
  return (
    <p className="player-when">
      <time dateTime={event.startedAt}>{longTime(event.startedAt)}</time>
      <span>{age(event.startedAt, now)}</span>
    </p>
  );
}

function Details({ event }: { event: CameraEvent }) {
  const now = useNow();
  const rows: [string, string][] = [];
  const { text } = lengthOf(event, now);
  if (text !== '') rows.push([t.player.duration, text]);
  if (event.endedAt !== null) rows.push([t.player.ended, clockTime(event.endedAt)]);
  if (event.recordingCount > 0)
    rows.push([
      t.player.recording,
      [
        event.recordingSeconds === null ? '' : length(event.recordingSeconds),
        event.recordingBytes === null
          ? ''
          : t.player.sizeAndCount(size(event.recordingBytes), event.recordingCount),
      ]
        .filter((part) => part !== '')
        .join(', '),
    ]);
  if (event.confidence !== null) rows.push([t.player.confidence, `${Math.round(event.confidence * 100)} %`]);
  rows.push([t.player.word, event.activityType]);
  if (event.startSource !== 'camera') rows.push([t.player.cameraClock, t.eventState.uncertainTime]);
  return (
    <dl className="player-details">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
