/** Kinds of alerts and lengths of time, in words. */
import { locale } from '../messages.ts';
import type { NotificationRule, Notifications } from '../types.ts';
import { t } from './words.ts';

export const alertKinds = ['person', 'motion', 'sound', 'offline', 'online'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What holds for each kind: the first level that says something, from the nearest on. */
export function kindsOf(
  defaults: Notifications['defaults'],
  ...rules: readonly (NotificationRule | undefined)[]
): Notifications['defaults'] {
  const of = (kind: AlertKind): boolean =>
    rules.map((rule) => rule?.kinds?.[kind]).find((on) => on !== undefined) ?? defaults[kind];
  return {
    motion: of('motion'),
    person: of('person'),
    sound: of('sound'),
    online: of('online'),
    offline: of('offline'),
  };
}

const list = new Intl.ListFormat(locale, { type: 'conjunction' });

/** `Persons, Motion and Sounds`; `Off` for none. */
export function kindsText(on: Notifications['defaults']): string {
  const names = alertKinds.filter((kind) => on[kind]).map((kind) => t.kindNames[kind]);
  return names.length === 0 ? t.no : list.format(names);
}

const unit = (value: number, name: 'second' | 'minute' | 'hour'): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);

export function secondsText(seconds: number): string {
  if (seconds % 3600 === 0) return unit(seconds / 3600, 'hour');
  if (seconds % 60 === 0) return unit(seconds / 60, 'minute');
  return unit(seconds, 'second');
}
