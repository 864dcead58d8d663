/** Events: keyset list and one. */
import { z } from 'zod';
import { listEvents, type EventPosition } from '@apiary/database/event-list';
import { eventIdSchema, eventListSchema, eventQuerySchema, eventSchema } from '../api-schemas.ts';
import { cameraFilter, type Actor } from '@apiary/access/can';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import { eventSubject, type Deps } from './deps.ts';
import { eventRecord } from './records.ts';

const positionSchema = z.tuple([z.iso.datetime({ precision: 6 }), eventIdSchema]);
export const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

/** Cursor that continues a list after its last row; null when there is no more. */
export const eventCursor = (next: EventPosition | undefined): string | null =>
  next === undefined ? null : encodeCursor([next.startExact, next.eventId]);

export function positionOf(cursor: string | undefined): EventPosition | undefined {
  if (cursor === undefined) return undefined;
  const [startExact, eventId] = decodeCursor(cursor, positionSchema);
  return { startExact, eventId };
}

/** Of the cameras asked for those this user has; undefined: all there are. */
export function seenOf(user: Actor, asked: readonly string[] | undefined): readonly string[] | undefined {
  const own = cameraFilter(user);
  if (asked === undefined || own === undefined) return asked ?? own;
  return asked.filter((cameraId) => own.includes(cameraId));
}

export function eventRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/events',
      summary: 'Events, newest first, by keyset: pass `nextCursor` as `cursor` to go on',
      tag: 'events',
      access: { action: 'events.read' },
      query: eventQuerySchema,
      answer: { status: 200, json: eventListSchema },
      async handler({ query, session }) {
        const { events, next } = await listEvents(deps.pool, {
          cameraIds: seenOf(session.user, query.cameraId === undefined ? undefined : [query.cameraId]),
          kinds: query.type === undefined ? undefined : [query.type],
          from: dateOf(query.from),
          to: dateOf(query.to),
          after: positionOf(query.cursor),
          limit: query.limit,
        });
        return { events: events.map(eventRecord), nextCursor: eventCursor(next) };
      },
    }),
    route({
      method: 'get',
      path: '/api/events/{event}',
      summary: 'One event',
      tag: 'events',
      access: { action: 'events.read' },
      params: z.object({ event: eventIdSchema }),
      subject: eventSubject(deps),
      answer: { status: 200, json: eventSchema },
      handler: ({ subject }) => Promise.resolve(eventRecord(subject)),
    }),
  ];
}
