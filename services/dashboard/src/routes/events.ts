/** Events: keyset list and one. */
import { z } from 'zod';
import { listEvents, type EventPosition } from '@apiary/database/event-queries';
import { eventIdSchema, eventListSchema, eventQuerySchema, eventSchema } from '../api-schemas.ts';
import { can } from '@apiary/access/can';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import { eventSubject, type Deps } from './deps.ts';
import { eventRecord } from './records.ts';

const positionSchema = z.tuple([z.iso.datetime({ precision: 6 }), eventIdSchema]);
const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

/** Cursor that continues a list after its last row; null when there is no more. */
export const eventCursor = (next: EventPosition | undefined): string | null =>
  next === undefined ? null : encodeCursor([next.startExact, next.eventId]);

function positionOf(cursor: string | undefined): EventPosition | undefined {
  if (cursor === undefined) return undefined;
  const [startExact, eventId] = decodeCursor(cursor, positionSchema);
  return { startExact, eventId };
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
          cameraId: query.cameraId,
          kind: query.type,
          from: dateOf(query.from),
          to: dateOf(query.to),
          after: positionOf(query.cursor),
          limit: query.limit,
        });
        const seen = events.filter(({ cameraId }) => can(session.user, 'events.read', cameraId));
        return { events: seen.map(eventRecord), nextCursor: eventCursor(next) };
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
