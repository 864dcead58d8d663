/** A state of the live view in words, for the person who looks at it. Pure. */
import { t } from '../messages.ts';
import type { LiveState } from './session.ts';
import { verdictOf, type StartTrace } from './trace.ts';

export interface Sentence {
  readonly text: string;
  readonly tone: 'wait' | 'note' | 'bad' | 'ask';
  /** What a person can do about it. */
  readonly action: 'again' | 'keep' | null;
}

/** Null while there is nothing to say: the picture moves. */
export function sentenceOf(state: LiveState): Sentence | null {
  const wait = (text: string): Sentence => ({ text, tone: 'wait', action: null });
  switch (state.phase) {
    case 'idle':
      return null;
    case 'connecting':
      return wait(state.lost === null ? t.live.connecting : t.live.lost[state.lost]);
    case 'starting':
      return wait(state.message ?? (state.trace.answeredAt === null ? t.live.asking : t.live.coming));
    case 'playing':
      if (state.question !== null)
        return { text: state.question.message ?? t.live.question, tone: 'note', action: 'keep' };
      if (state.status === 'waiting' || state.status === 'retrying')
        return wait(state.message ?? t.live.stalled);
      if (state.unsteady) return wait(t.live.unsteady);
      if (state.stalled) return wait(t.live.stalled);
      if (state.status === 'warning' && state.message !== null)
        return { text: state.message, tone: 'note', action: null };
      return null;
    case 'waiting':
      return {
        text: state.message ?? t.live.lost[state.lost ?? 'media'],
        tone: 'wait',
        action: 'again',
      };
    case 'offline':
      return wait(t.live.offline);
    case 'limit':
      return { text: state.message ?? t.live.limit, tone: 'ask', action: 'keep' };
    case 'refused':
      return { text: state.message ?? t.live.refused, tone: 'bad', action: 'again' };
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 2 : 1);

/** What was slow about the start, in one sentence; null until the first picture. */
export function startSentence(trace: StartTrace): string | null {
  const verdict = verdictOf(trace);
  if (verdict === undefined) return null;
  const total = seconds(verdict.totalMs);
  return verdict.slowest === null
    ? t.live.trace.quick(total)
    : t.live.trace.slow(total, seconds(verdict.slowest.tookMs), t.live.trace.causes[verdict.slowest.name]);
}
