/** What is known of an event, beyond its picture. */
import { clockTime, length, longTime, size } from '../format.ts';
import { t as core } from '../messages.ts';
import type { CameraEvent } from '../types.ts';
import { useNow } from '../ui/use-now.ts';
import { lengthOf } from './event-state.ts';
import { t } from './words.ts';

type Fact = readonly [name: string, value: string];

export function EventFacts({ event }: { readonly event: CameraEvent }) {
  const facts = factsOf(event, useNow());
  return (
    <dl className="event-facts-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(event: CameraEvent, now: number): Fact[] {
  const { text, going } = lengthOf(event, now);
  const facts: (Fact | false)[] = [
    [core.player.started, longTime(event.startedAt)],
    [
      core.player.ended,
      event.endedAt === null ? (going ? t.event.stillGoing : t.event.noEnd) : clockTime(event.endedAt),
    ],
    event.durationSeconds !== null && [core.player.duration, text],
    event.recordingCount > 0 && [core.player.recording, recordingFact(event)],
    event.confidence !== null && [core.player.confidence, `${Math.round(event.confidence * 100)} %`],
    [core.player.word, event.activityType],
    event.startSource !== 'camera' && [core.player.cameraClock, core.eventState.uncertainTime],
    event.keptAt !== null && [t.event.kept, t.event.keptBy(event.keptBy ?? '', longTime(event.keptAt))],
  ];
  return facts.filter((fact) => fact !== false);
}

const recordingFact = ({ recordingSeconds, recordingBytes, recordingCount }: CameraEvent): string =>
  [
    recordingSeconds === null ? '' : length(recordingSeconds),
    recordingBytes === null ? '' : core.player.sizeAndCount(size(recordingBytes), recordingCount),
  ]
    .filter((part) => part !== '')
    .join(', ');
