/** An instant: as an age or a time, with the whole date in the reader's zone on hover. */
import { age, clockTime, longTime, shortTime } from '../format.ts';
import { useNow } from './use-now.ts';

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** `age` 5 minutes ago; `short` 14:05 or 24 Nov, 14:05; `clock` 14:05:09; `long` all of it. */
  readonly as?: 'age' | 'short' | 'clock' | 'long';
}

export function Time({ at, as = 'age' }: TimeProps) {
  const now = useNow();
  const text = {
    age: () => age(at, now),
    short: () => shortTime(at, now),
    clock: () => clockTime(at),
    long: () => longTime(at),
  }[as]();
  return (
    <time dateTime={at} title={as === 'long' ? undefined : longTime(at)}>
      {text}
    </time>
  );
}
