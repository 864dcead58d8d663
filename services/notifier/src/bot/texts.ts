/** What the bot says, as Telegram HTML. Names are escaped here and nowhere else. */
import { DateTime } from 'luxon';
import type { CameraRow } from '@apiary/database/camera-queries';
import type { HouseOutcome, HouseWish } from '@apiary/database/house-request-repository';
import type { Snooze } from '@apiary/database/notification-snooze-repository';

/** Telegram's limit of a text; ours leaves room for the last line. */
const textLimit = 4000;

export const helpText = [
  '<b>What I understand</b>',
  '/status – cameras, their modes and what is quiet',
  '/arm – arm every camera',
  '/disarm – stop recording, keep live view',
  '/photo &lt;camera&gt; – its last picture; wakes nobody',
].join('\n');

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export interface StatusFacts {
  readonly cameras: readonly CameraRow[];
  readonly lastEvents: ReadonlyMap<string, Date>;
  readonly snoozes: readonly Snooze[];
  readonly now: Date;
  readonly zone: string;
}

export function statusText({ cameras, lastEvents, snoozes, now, zone }: StatusFacts): string {
  if (cameras.length === 0) return 'There is no camera yet.';
  const away = cameras.filter(({ connectionStatus }) => connectionStatus !== 'connected').length;
  const head = `<b>${count(cameras.length, 'camera')}${away === 0 ? '' : `, ${away} away`}</b>`;
  const quiet = (cameraId: string | null): Date | undefined =>
    snoozes.find((snooze) => snooze.cameraId === cameraId)?.until;
  const house = quiet(null);
  const lines = [
    head,
    ...(house === undefined ? [] : [`🔕 No alerts until ${clock(house, now, zone)}`]),
    ...cameras.map((camera) => {
      const until = quiet(camera.cameraId);
      const last = lastEvents.get(camera.cameraId);
      return [
        `${camera.connectionStatus === 'connected' ? '🟢' : '🔴'} ${escapeHtml(camera.cameraName)}`,
        modeText(camera),
        ...(camera.batteryLevel === null ? [] : [`🔋 ${Math.round(camera.batteryLevel)} %`]),
        ...(last === undefined ? [] : [`last event ${clock(last, now, zone)}`]),
        ...(until === undefined ? [] : [`🔕 until ${clock(until, now, zone)}`]),
      ].join(' · ');
    }),
  ];
  return fitting(lines);
}

export function houseText(wish: HouseWish, outcome: HouseOutcome): string {
  if (outcome.error !== undefined) return `⚠️ Nothing was changed: ${escapeHtml(outcome.error)}`;
  const done = wish === 'arm' ? 'Armed' : 'Disarmed';
  const parts = [`${wish === 'arm' ? '🛡' : '🏠'} ${done}: ${count(outcome.told, 'camera')}.`];
  if (outcome.later > 0) parts.push(`${count(outcome.later, 'camera')} away: told on return.`);
  if (outcome.failed.length > 0)
    parts.push(`⚠️ Not told: ${outcome.failed.map(escapeHtml).join(', ')}. Try again.`);
  return parts.join('\n');
}

export function pictureCaption(camera: CameraRow, takenAt: Date, now: Date, zone: string): string {
  const at = DateTime.fromJSDate(takenAt, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
  return `<b>${escapeHtml(camera.cameraName)}</b>\n${at} (${age(takenAt, now)} ago)`;
}

export function whichCameraText(cameras: readonly CameraRow[], wanted: string): string {
  const head = wanted === '' ? 'Which camera?' : `No single camera is called “${escapeHtml(wanted)}”.`;
  return fitting([head, ...cameras.map(({ cameraName }) => `/photo ${escapeHtml(cameraName)}`)]);
}

/** `HH:MM`, with the date when it is another day. */
export function clock(at: Date, now: Date, zone: string): string {
  const local = DateTime.fromJSDate(at, { zone });
  return local.toFormat(
    local.hasSame(DateTime.fromJSDate(now, { zone }), 'day') ? 'HH:mm' : 'yyyy-MM-dd HH:mm',
  );
}

function modeText({ status, requestedMode }: CameraRow): string {
  const words: Readonly<Record<string, string>> = {
    armed: 'armed',
    livestreamonly: 'live view only',
    privacy: 'privacy',
  };
  const mode = words[status] ?? 'mode unknown';
  return requestedMode === null || requestedMode === status
    ? mode
    : `${mode}, ${words[requestedMode] ?? requestedMode} asked for`;
}

function age(since: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - since.getTime()) / 60_000));
  if (minutes < 1) return 'moments';
  if (minutes < 120) return count(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, 'hour') : count(Math.round(hours / 24), 'day');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** As many lines as one message takes; the rest is counted. */
function fitting(lines: readonly string[]): string {
  let [text, used] = ['', 0];
  for (const line of lines) {
    if (text.length + line.length > textLimit) return `${text}\n… and ${lines.length - used} more`;
    text = used === 0 ? line : `${text}\n${line}`;
    used++;
  }
  return text;
}
