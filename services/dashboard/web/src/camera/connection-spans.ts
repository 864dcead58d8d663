/** When a camera was connected, from its changes of connection. Pure. */
import type { CameraHistory } from '../types.ts';

export interface ConnectionSpan {
  readonly from: number;
  readonly to: number;
  /** Null: before anything was known. */
  readonly connected: boolean | null;
}

/** Without a gap from the beginning of the range to its end, ms; changes that change nothing are joined. */
export function connectionSpans({ from, to, connection }: CameraHistory): ConnectionSpan[] {
  const begin = Date.parse(from);
  const end = Date.parse(to);
  const spans: ConnectionSpan[] = [];
  let at = begin;
  let connected: boolean | null = null;
  const close = (until: number): void => {
    if (until > at) spans.push({ from: at, to: until, connected });
    at = Math.max(at, until);
  };
  for (const change of connection) {
    if (change.connected === connected) continue;
    close(Math.min(Date.parse(change.at), end));
    connected = change.connected;
  }
  close(end);
  return spans;
}

export interface ConnectionFigures {
  /** Part of the known time, 0 to 1; null: nothing is known. */
  readonly share: number | null;
  readonly cuts: number;
}

export function connectionFigures(spans: readonly ConnectionSpan[]): ConnectionFigures {
  const lengthOf = (wanted: boolean): number =>
    spans.reduce((sum, span) => (span.connected === wanted ? sum + span.to - span.from : sum), 0);
  const on = lengthOf(true);
  const known = on + lengthOf(false);
  const cuts = spans.filter(
    (span, index) => span.connected === false && spans[index - 1]?.connected === true,
  ).length;
  return { share: known === 0 ? null : on / known, cuts };
}
