/** What people read in Telegram (contract §12), as Telegram HTML: three characters to escape, wherever a name stands. */
import { DateTime } from 'luxon';
import type { AlertKind } from '@apiary/notification-rules';
import { eventUrl, linksWork } from '../../bot/keyboard.ts';
import { escapeHtml } from '../../bot/texts.ts';
import type { Alert, Summary } from '../../channel.ts';

const labels: Readonly<Record<AlertKind, string>> = {
  motion: '🚶 Motion Detected',
  person: '👤 Person Detected',
  sound: '🔊 Sound Detected',
  online: '✅ Camera Online',
  offline: '🔴 Camera Offline',
};
const signs: Readonly<Record<AlertKind, string>> = {
  motion: '🚶',
  person: '👤',
  sound: '🔊',
  online: '✅',
  offline: '🔴',
};
/** Telegram allows 4096 characters of text; names are at most 100. */
const mostLines = 25;

export interface Surroundings {
  /** IANA name of the house's time zone. */
  readonly zone: string;
  /** Where people open the page, without trailing slash. */
  readonly pageUrl: string;
}

/** @param withPicture a caption gives the date, a first text only the time: it is of this moment */
export function alertText(alert: Alert, withPicture: boolean, { zone, pageUrl }: Surroundings): string {
  const head = `<b>${escapeHtml(labelOf(alert))}</b>`;
  const name = escapeHtml(alert.cameraName);
  const local = DateTime.fromJSDate(alert.at, { zone });
  if (!withPicture && alert.eventId !== undefined && !alert.hasRecording)
    return `${head}\n${name} • ${local.toFormat('HH:mm:ss')}`;
  const lines = [head, name, local.toFormat('yyyy-MM-dd HH:mm:ss')];
  if (alert.hasRecording && alert.eventId !== undefined && linksWork(pageUrl))
    lines.push(`<a href="${escapeHtml(eventUrl(pageUrl, alert.eventId))}">🎞 Clip</a>`);
  return lines.join('\n');
}

/** Types outside the families keep their own name. */
function labelOf({ kind, activityType }: Alert): string {
  const ofFamily = activityType === undefined || kind !== 'motion' || /MOTION/i.test(activityType);
  return ofFamily ? labels[kind] : `📹 ${activityType}`;
}

export function summaryText({ alerts, cause }: Summary, { zone }: Surroundings): string {
  const count = `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}`;
  const lines = countsOf(alerts);
  const shown = lines.slice(0, mostLines);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`);
  return [`<b>${count}${cause === 'late' ? ' while offline' : ''}:</b>`, ...shown, spanOf(alerts, zone)].join(
    '\n',
  );
}

/** `🚶 12 × Front door`, the most first. */
function countsOf(alerts: readonly Alert[]): string[] {
  const counts = new Map<string, { alert: Alert; count: number }>();
  for (const alert of alerts) {
    const key = `${alert.kind} ${alert.cameraId}`;
    const known = counts.get(key);
    counts.set(key, { alert, count: (known?.count ?? 0) + 1 });
  }
  return [...counts.values()]
    .toSorted((a, b) => b.count - a.count)
    .map(({ alert, count }) => `${signs[alert.kind]} ${count} × ${escapeHtml(alert.cameraName)}`);
}

function spanOf(alerts: readonly Alert[], zone: string): string {
  const times = alerts.map(({ at }) => at.getTime());
  const [first, last] = [Math.min(...times), Math.max(...times)].map((ms) =>
    DateTime.fromMillis(ms, { zone }),
  ) as [DateTime, DateTime];
  const from = first.toFormat('yyyy-MM-dd HH:mm:ss');
  if (first.toMillis() === last.toMillis()) return from;
  return `${from} – ${last.toFormat(first.hasSame(last, 'day') ? 'HH:mm:ss' : 'yyyy-MM-dd HH:mm:ss')}`;
}
