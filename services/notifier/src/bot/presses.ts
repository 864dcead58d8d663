/** Buttons people press below a message. Each answers with a line only the one who pressed sees. */
import type { Context } from 'grammy';
import { recordAudit } from '@apiary/database/audit-repository';
import { readCamera } from '@apiary/database/camera-queries';
import { eventsOfMessage, markReviewedByAll } from '@apiary/database/chat-queries';
import { prolongSnooze } from '@apiary/database/notification-snooze-repository';
import type { Queryable } from '@apiary/database/pool';
import { parsePress, snoozeMinutes } from './keyboard.ts';
import { nameOf } from './person.ts';
import { clock } from './texts.ts';

export interface PressDeps {
  readonly db: Queryable;
  readonly timeZone: string;
}

/** Name of the channel in `notification_deliveries`. */
const channel = 'telegram';

/** @returns what to answer */
export async function pressed(deps: PressDeps, context: Context): Promise<string> {
  const press = parsePress(context.callbackQuery?.data ?? '');
  if (press === undefined) return 'This button is no longer understood.';
  return press.action === 'snooze'
    ? await snooze(deps, context, press.cameraId)
    : await reviewed(deps, context);
}

async function snooze({ db, timeZone }: PressDeps, context: Context, cameraId: string): Promise<string> {
  const camera = await readCamera(db, cameraId);
  if (camera === undefined) return 'This camera is gone.';
  const actor = nameOf(context.from);
  const until = await prolongSnooze(db, cameraId, snoozeMinutes, actor);
  await recordAudit(db, {
    actor,
    action: 'alerts_snoozed',
    cameraId,
    details: { chat: context.chat?.id, until: until.toISOString() },
  });
  return `No alerts of ${camera.cameraName} until ${clock(until, new Date(), timeZone)}.`;
}

async function reviewed({ db }: PressDeps, context: Context): Promise<string> {
  const message = context.callbackQuery?.message;
  if (message === undefined) return 'This message is too old.';
  const events = await eventsOfMessage(db, channel, String(message.chat.id), String(message.message_id));
  // Written down a moment after the message arrives; or long ago, and forgotten since.
  if (events.length === 0) return 'Not found. Try again in a moment.';
  await markReviewedByAll(
    db,
    events.map(({ eventId }) => eventId),
  );
  const actor = nameOf(context.from);
  for (const { eventId, cameraId } of events)
    await recordAudit(db, { actor, action: 'event_reviewed', cameraId, eventId });
  return events.length === 1 ? 'Marked as reviewed.' : `${events.length} events marked as reviewed.`;
}
