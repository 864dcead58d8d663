/** Where the recording of an event plays, or in plain words why there is none. What arrives later shows by itself. */
import { useCallback, useState, type ReactNode } from 'react';
import { longTime } from '../format.ts';
import { t as core } from '../messages.ts';
import type { CameraEvent } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { AlertIcon, ClockIcon, FilmIcon } from '../ui/icons.tsx';
import { useNow } from '../ui/use-now.ts';
import { recordingOf, type RecordingState } from './event-state.ts';
import { Player } from './player.tsx';
import { t } from './words.ts';
import './event.css';

export function Stage({ event }: { readonly event: CameraEvent }) {
  const recording = recordingOf(event, useNow());
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
  if (recording !== 'playable' || event.playlistUrl === null || failed)
    return <StageWords event={event} recording={failed ? 'failed' : recording} onRetry={restart} />;
  return (
    <div className="stage">
      <Player
        key={attempt}
        src={event.playlistUrl}
        poster={event.thumbnailUrl}
        label={`${core.kinds[event.kind]}, ${longTime(event.startedAt)}`}
        onFailure={onFailure}
      />
      {event.recordingCount > playing && playing > 0 && (
        <Button tone="primary" className="stage-more" icon={<FilmIcon />} onClick={restart}>
          {core.player.more}
        </Button>
      )}
    </div>
  );
}

type Trouble = RecordingState | 'failed';
const icons: Record<Trouble, ReactNode> = {
  playable: null,
  expected: <ClockIcon />,
  none: <FilmIcon />,
  quarantined: <AlertIcon />,
  failed: <AlertIcon />,
};

function wordsFor(trouble: Trouble, event: CameraEvent): string {
  if (trouble === 'none' && event.recordingsRemovedAt !== null) return t.event.recordingsRemoved;
  return {
    playable: '',
    expected: core.player.uploading,
    none: core.player.noRecording,
    quarantined: core.player.quarantined,
    failed: core.player.failed,
  }[trouble];
}

interface StageWordsProps {
  readonly event: CameraEvent;
  readonly recording: Trouble;
  readonly onRetry: () => void;
}

function StageWords({ event, recording, onRetry }: StageWordsProps) {
  return (
    <div className="stage" data-recording={recording}>
      {event.thumbnailUrl !== null && (
        <img className="stage-picture" src={event.thumbnailUrl} alt={core.kinds[event.kind]} />
      )}
      <div
        className={event.thumbnailUrl === null ? 'stage-words' : 'stage-words stage-words-over'}
        role="status"
      >
        {icons[recording]}
        <p>{wordsFor(recording, event)}</p>
        {recording === 'failed' && <Button onClick={onRetry}>{core.player.tryAgain}</Button>}
      </div>
    </div>
  );
}
