/** One event in the list: picture, what, where, when, how long, and what there is of its recording. */
import { memo } from 'react';
import { age, clockTime, longTime } from '../format.ts';
import { t } from '../messages.ts';
import { Link } from '../router/link.tsx';
import { fillPath } from '../router/path.ts';
import type { CameraEvent } from '../types.ts';
import { AlertIcon, ClockIcon, FilmIcon, PlayIcon, kindIcons } from '../ui/icons.tsx';
import { lengthOf, recordingOf, type RecordingState } from './event-state.ts';

interface EventRowProps {
  readonly event: CameraEvent;
  readonly cameraName: string;
  readonly fresh: boolean;
  readonly now: number;
}

export const EventRow = memo(function EventRow({ event, cameraName, fresh, now }: EventRowProps) {
  const Icon = kindIcons[event.kind];
  const recording = recordingOf(event, now);
  const { text, going } = lengthOf(event, now);
  return (
    <Link
      className={fresh ? 'event-row event-fresh' : 'event-row'}
      to={fillPath('/events/:id', { id: event.id })}
      data-event-id={event.id}
      data-kind={event.kind}
    >
      <span className="event-picture">
        {event.thumbnailUrl === null ? (
          <Icon className="event-picture-icon" />
        ) : (
          <img src={event.thumbnailUrl} alt="" loading="lazy" decoding="async" width="128" height="72" />
        )}
        {recording === 'playable' && (
          <span className="event-play">
            <PlayIcon />
          </span>
        )}
      </span>
      <span className="event-text">
        <span className="event-title">
          <span className="kind" data-kind={event.kind}>
            <Icon />
            {t.kinds[event.kind]}
          </span>
          <span className="event-camera">{cameraName}</span>
        </span>
        <span className="event-time">
          <time dateTime={event.startedAt} title={longTime(event.startedAt)}>
            {clockTime(event.startedAt)}
          </time>
          <span>{age(event.startedAt, now)}</span>
        </span>
        <span className="event-facts">
          {text !== '' && <span className={going ? 'going' : undefined}>{text}</span>}
          <Recording event={event} recording={recording} />
        </span>
      </span>
    </Link>
  );
});

function Recording({ event, recording }: { event: CameraEvent; recording: RecordingState }) {
  switch (recording) {
    case 'playable':
      return (
        <span>
          <FilmIcon />
          {t.eventState.recordings(event.recordingCount)}
        </span>
      );
    case 'expected':
      return (
        <span>
          <ClockIcon />
          {t.eventState.uploading}
        </span>
      );
    case 'none':
      return <span>{t.eventState.noRecording}</span>;
    case 'quarantined':
      return (
        <span className="tone-bad">
          <AlertIcon />
          {t.eventState.quarantined}
        </span>
      );
  }
}
