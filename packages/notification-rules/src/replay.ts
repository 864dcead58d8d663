/**
 * A dry run: the rules over facts of the past, as if they were happening. Snoozes are left out of the question (they
 * were about that evening). Reads page by page, keeps counts only.
 */
import { evaluate, type Fact, type SuppressionReason } from './evaluate.ts';
import type { AlertKind, RuleSet } from './rule-set.ts';
import { noSnoozes } from './rule-set.ts';

export interface ReplayResult {
  /** Facts looked at. */
  readonly facts: number;
  /** Alerts the rules would have let through. */
  readonly messages: number;
  readonly suppressed: Readonly<Record<SuppressionReason, number>>;
  readonly byKind: Readonly<Partial<Record<AlertKind, number>>>;
  /** Camera id → messages. */
  readonly byCamera: Readonly<Record<string, number>>;
}

/** @param pages facts in order of time, in pages of any size */
export async function replay(
  rules: RuleSet,
  pages: AsyncIterable<readonly Fact[]>,
  zone: string,
): Promise<ReplayResult> {
  const asThen: RuleSet = { ...rules, snoozes: noSnoozes };
  const lastAlertAt = new Map<string, Date>();
  const suppressed: Record<SuppressionReason, number> = {
    'switched-off': 0,
    'quiet-hours': 0,
    cooldown: 0,
    snoozed: 0,
  };
  const byKind: Partial<Record<AlertKind, number>> = {};
  const byCamera: Record<string, number> = {};
  let [facts, messages] = [0, 0];
  for await (const page of pages)
    for (const fact of page) {
      facts++;
      const key = `${fact.cameraId} ${fact.kind}`;
      const decision = evaluate(asThen, fact, { now: fact.at, zone, lastAlertAt: lastAlertAt.get(key) });
      if (!decision.notify) {
        suppressed[decision.reason]++;
        continue;
      }
      messages++;
      lastAlertAt.set(key, fact.at);
      byKind[fact.kind] = (byKind[fact.kind] ?? 0) + 1;
      byCamera[fact.cameraId] = (byCamera[fact.cameraId] ?? 0) + 1;
    }
  return { facts, messages, suppressed, byKind, byCamera };
}
