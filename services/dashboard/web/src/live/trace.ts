/**
 * The start of a live view, step by step from the click, and which step was slow. Page and server each keep their own
 * clock; the two meet at the moment the request was sent (one way of the network is not known and counts as nothing).
 */
import type { ServerTrace } from './protocol.ts';

export type StepName = 'signalling' | 'answer' | 'play' | 'firstRtp' | 'keyframe' | 'firstFrame';

/** Page times, ms of the page's clock; null: has not happened. */
export interface StartTrace {
  readonly clickedAt: number;
  readonly requestedAt: number | null;
  readonly answeredAt: number | null;
  readonly firstFrameAt: number | null;
  readonly server: ServerTrace;
}

export interface Step {
  readonly name: StepName;
  /** Since the click. */
  readonly atMs: number;
}

export interface Verdict {
  readonly totalMs: number;
  /** The step that took longest and how much of the total; null when nothing was slow. */
  readonly slowest: { readonly name: StepName; readonly tookMs: number } | null;
}

/** A start below this has nothing to explain. */
const slowMs = 1000;

export const newTrace = (clickedAt: number): StartTrace => ({
  clickedAt,
  requestedAt: null,
  answeredAt: null,
  firstFrameAt: null,
  server: {},
});

/** What happened so far, in order of time. */
export function stepsOf({ clickedAt, requestedAt, answeredAt, firstFrameAt, server }: StartTrace): Step[] {
  if (requestedAt === null) return [];
  const steps: Step[] = [{ name: 'signalling', atMs: requestedAt - clickedAt }];
  const add = (name: StepName, at: number | null | undefined): void => {
    if (at !== null && at !== undefined) steps.push({ name, atMs: at - clickedAt });
  };
  add('answer', answeredAt);
  for (const name of ['play', 'firstRtp', 'keyframe'] as const) {
    const at = server[name];
    // In a stream that ran before, these belong to whoever started it.
    if (at !== undefined && at >= 0) add(name, requestedAt + at);
  }
  add('firstFrame', firstFrameAt);
  return steps.sort((a, b) => a.atMs - b.atMs);
}

/** Undefined until the first frame is there. */
export function verdictOf(trace: StartTrace): Verdict | undefined {
  if (trace.firstFrameAt === null) return undefined;
  const totalMs = trace.firstFrameAt - trace.clickedAt;
  if (totalMs < slowMs) return { totalMs, slowest: null };
  let before = 0;
  let slowest: Verdict['slowest'] = null;
  for (const { name, atMs } of stepsOf(trace)) {
    if (slowest === null || atMs - before > slowest.tookMs) slowest = { name, tookMs: atMs - before };
    before = atMs;
    // What the server reports of the time after that delayed nothing.
    if (name === 'firstFrame') break;
  }
  return { totalMs, slowest };
}

export type TraceRecord = Readonly<
  Partial<
    Record<
      'click' | 'request' | 'signalling' | 'answer' | 'play' | 'firstRtp' | 'keyframe' | 'firstFrame',
      number
    >
  >
>;

/**
 * For programs that measure (`data-live-trace`): `click` in ms of the page's clock, the rest in ms since then, steps that
 * have not happened left out. `signalling` is the answer leaving the server, `answer` its arrival here. What happened
 * before this viewer's request, in a stream that ran already, counts as the moment of the request.
 */
export function traceRecord({
  clickedAt,
  requestedAt,
  answeredAt,
  firstFrameAt,
  server,
}: StartTrace): TraceRecord {
  const record: { -readonly [name in keyof TraceRecord]: number } = { click: clickedAt };
  const add = (name: keyof TraceRecord, at: number | null): void => {
    if (at !== null) record[name] = Math.round((at - clickedAt) * 10) / 10;
  };
  add('request', requestedAt);
  add('answer', answeredAt);
  if (requestedAt !== null)
    for (const name of ['signalling', 'play', 'firstRtp', 'keyframe'] as const) {
      const after = server[name];
      if (after !== undefined) add(name, requestedAt + after);
    }
  add('firstFrame', firstFrameAt);
  return record;
}
