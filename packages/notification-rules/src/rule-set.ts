/**
 * What people chose, as data. A rule set is one rule for the house and one for any camera; what a camera's rule leaves
 * open comes from the house's, at last from the defaults (settings `TELEGRAM_NOTIFY_*`).
 */
import { z } from 'zod';

/** Kinds of facts somebody may want to hear of. */
export const alertKinds = ['motion', 'person', 'sound', 'online', 'offline'] as const;
export type AlertKind = (typeof alertKinds)[number];

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59');

/** A stretch of the day in which nothing is sent; it may cross midnight and then belongs to the day it begins on. */
export const quietHoursSchema = z.strictObject({
  /** ISO weekdays, 1 is Monday. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  /** HH:MM on the clocks of the house; inclusive. */
  from: localTime,
  /** HH:MM, exclusive; equal to `from`: the whole day. */
  to: localTime,
  /** Kinds that are silent; left out: all. */
  kinds: z.array(z.enum(alertKinds)).min(1).optional(),
});
export type QuietHours = z.output<typeof quietHoursSchema>;

export const notificationRuleSchema = z.strictObject({
  /** Kinds switched on or off; a kind left out comes from the level above. */
  kinds: z
    .strictObject({
      motion: z.boolean(),
      person: z.boolean(),
      sound: z.boolean(),
      online: z.boolean(),
      offline: z.boolean(),
    })
    .partial()
    .optional(),
  /** Left out: those of the level above; an empty list: none. */
  quietHours: z.array(quietHoursSchema).max(20).optional(),
  /** Least seconds between two alerts of one camera and kind; 0 = every one. */
  cooldownSeconds: z.int().min(0).max(86_400).optional(),
});
export type NotificationRule = z.output<typeof notificationRuleSchema>;

export interface RuleSet {
  /** What holds where no rule says anything. */
  readonly defaults: Readonly<Record<AlertKind, boolean>>;
  readonly house: NotificationRule;
  readonly cameras: ReadonlyMap<string, NotificationRule>;
  readonly snoozes: Snoozes;
}

/** Instants until which nothing is sent. */
export interface Snoozes {
  readonly house: Date | undefined;
  readonly cameras: ReadonlyMap<string, Date>;
}

export const noSnoozes: Snoozes = { house: undefined, cameras: new Map() };

/** A stored rule and the camera it is of (null: the house). */
export interface StoredRule {
  readonly cameraId: string | null;
  readonly rule: unknown;
}

/** Rules from rows. A row of a shape we do not know (a newer version wrote it) counts as empty: rather told than silent. */
export function toRuleSet(
  defaults: RuleSet['defaults'],
  rules: readonly StoredRule[],
  snoozes: readonly { readonly cameraId: string | null; readonly until: Date }[],
): RuleSet {
  const byCamera = new Map(
    rules.map(({ cameraId, rule }) => [cameraId, notificationRuleSchema.safeParse(rule).data ?? {}]),
  );
  const untils = new Map(snoozes.map(({ cameraId, until }) => [cameraId, until]));
  return {
    defaults,
    house: byCamera.get(null) ?? {},
    cameras: ofCameras(byCamera),
    snoozes: { house: untils.get(null), cameras: ofCameras(untils) },
  };
}

const ofCameras = <T>(all: ReadonlyMap<string | null, T>): ReadonlyMap<string, T> =>
  new Map([...all].filter((entry): entry is [string, T] => entry[0] !== null));
