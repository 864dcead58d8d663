/**
 * Buttons below a message. Links open the page; the others come back to the bot as callback queries.
 *
 * Telegram takes a link to an address of the LAN with any port, and refuses the whole message over one whose host has no
 * dot (`localhost`, `cams`): there the links are left out, the alert goes all the same.
 */
import { isIPv6 } from 'node:net';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Alert } from '../channel.ts';

export const snoozeMinutes = 30;

/** What a pressed button says. */
export type Press =
  { readonly action: 'snooze'; readonly cameraId: string } | { readonly action: 'reviewed' };

/** @param pageUrl where people open the page, without trailing slash */
export function alertKeyboard(
  alert: Pick<Alert, 'kind' | 'cameraId' | 'eventId'>,
  pageUrl: string,
): InlineKeyboardMarkup | undefined {
  // A camera that is away shows no live view, and there is nothing to look through.
  if (alert.kind === 'offline') return undefined;
  const links: InlineKeyboardButton[] = linksWork(pageUrl)
    ? [{ text: '📺 View Livestream', url: liveUrl(pageUrl, alert.cameraId) }]
    : [];
  if (linksWork(pageUrl) && alert.eventId !== undefined)
    links.push({ text: '🎬 Open Event', url: eventUrl(pageUrl, alert.eventId) });
  const answers: InlineKeyboardButton[] = [
    { text: `🔕 Snooze ${snoozeMinutes} min`, callback_data: `snooze:${alert.cameraId}` },
  ];
  // The event is found by the message: its id may be longer than the 64 bytes a button holds.
  if (alert.eventId !== undefined) answers.push({ text: '✔️ Reviewed', callback_data: 'reviewed' });
  return { inline_keyboard: [links, answers].filter((row) => row.length > 0) };
}

/** Below a summary: where the events are, and one press for all of them. */
export function summaryKeyboard(pageUrl: string): InlineKeyboardMarkup {
  const links: InlineKeyboardButton[] = linksWork(pageUrl)
    ? [{ text: '🎬 Open Events', url: `${pageUrl}/review` }]
    : [];
  const answers: InlineKeyboardButton[] = [{ text: '✔️ Reviewed', callback_data: 'reviewed' }];
  return { inline_keyboard: [links, answers].filter((row) => row.length > 0) };
}

export const liveUrl = (pageUrl: string, cameraId: string): string => `${pageUrl}/live?camera=${cameraId}`;
export const eventUrl = (pageUrl: string, eventId: string): string =>
  `${pageUrl}/events/${encodeURIComponent(eventId)}`;

export function linksWork(pageUrl: string): boolean {
  const { hostname } = new URL(pageUrl);
  return hostname.includes('.') || isIPv6(hostname.replaceAll(/[[\]]/g, ''));
}

/** Undefined: a button of an older version, or somebody's own making. */
export function parsePress(data: string): Press | undefined {
  if (data === 'reviewed') return { action: 'reviewed' };
  const cameraId = /^snooze:([0-9A-F]{32})$/.exec(data)?.[1];
  return cameraId === undefined ? undefined : { action: 'snooze', cameraId };
}
