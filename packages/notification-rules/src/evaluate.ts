/** The one decision: is this fact worth a message? Pure: time, zone and the past are arguments. */
import { inQuietHours } from './quiet-hours.ts';
import { alertKinds, type AlertKind, type QuietHours, type RuleSet } from './rule-set.ts';

/** A fact somebody may want to hear of. */
export interface Fact {
  readonly cameraId: string;
  readonly kind: AlertKind;
  /** When it happened. */
  readonly at: Date;
}

export interface Circumstances {
  /** When the decision is made: quiet hours and snoozes count from here, since that is when a phone would ring. */
  readonly now: Date;
  /** IANA name of the house's time zone. */
  readonly zone: string;
  /** `at` of the latest alert of this camera and kind that was not suppressed. */
  readonly lastAlertAt: Date | undefined;
}

export type SuppressionReason = 'switched-off' | 'quiet-hours' | 'cooldown' | 'snoozed';
export type Decision =
  { readonly notify: true } | { readonly notify: false; readonly reason: SuppressionReason };

/** A rule that leaves nothing open. */
export interface EffectiveRule {
  readonly kinds: Readonly<Record<AlertKind, boolean>>;
  readonly quietHours: readonly QuietHours[];
  readonly cooldownSeconds: number;
}

/** What holds for one camera once all levels are laid over each other. */
export function effectiveRule(rules: RuleSet, cameraId: string): EffectiveRule {
  const camera = rules.cameras.get(cameraId) ?? {};
  const kinds = alertKinds.map((kind) => [
    kind,
    camera.kinds?.[kind] ?? rules.house.kinds?.[kind] ?? rules.defaults[kind],
  ]);
  return {
    kinds: Object.fromEntries(kinds) as Record<AlertKind, boolean>,
    quietHours: camera.quietHours ?? rules.house.quietHours ?? [],
    cooldownSeconds: camera.cooldownSeconds ?? rules.house.cooldownSeconds ?? 0,
  };
}

/** The first reason that applies is given: switched off, snoozed, quiet hours, cooldown. */
export function evaluate(rules: RuleSet, fact: Fact, { now, zone, lastAlertAt }: Circumstances): Decision {
  const rule = effectiveRule(rules, fact.cameraId);
  if (!rule.kinds[fact.kind]) return suppressed('switched-off');
  const snoozedUntil = [rules.snoozes.house, rules.snoozes.cameras.get(fact.cameraId)];
  if (snoozedUntil.some((until) => until !== undefined && now < until)) return suppressed('snoozed');
  if (inQuietHours(rule.quietHours, fact.kind, now, zone)) return suppressed('quiet-hours');
  if (lastAlertAt !== undefined && tooSoon(fact.at, lastAlertAt, rule.cooldownSeconds))
    return suppressed('cooldown');
  return { notify: true };
}

const suppressed = (reason: SuppressionReason): Decision => ({ notify: false, reason });

/** Either way round: an event told late must not slip in just before one that was already sent. */
const tooSoon = (at: Date, lastAlertAt: Date, cooldownSeconds: number): boolean =>
  Math.abs(at.getTime() - lastAlertAt.getTime()) < cooldownSeconds * 1000;
