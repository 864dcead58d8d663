/** A camera beside its record: its past for charts and for support, last picture and clock, and its removal. */
import { z } from 'zod';
import { cameraFilter } from '@apiary/access/can';
import { badRequest, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import {
  listRawMessages,
  readCamerasNow,
  readConnectionChanges,
  readMeasurements,
} from '@apiary/database/camera-history-queries';
import { lockCamera } from '@apiary/database/camera-queries';
import { removeCamera } from '@apiary/database/camera-removal-repository';
import { wakeJanitor } from '@apiary/database/storage-queries';
import { cameraIdSchema } from '../api-schemas.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import { mediaUrls } from '../media/media-urls.ts';
import {
  camerasNowSchema,
  firstContactSchema,
  historyQuerySchema,
  historySchema,
  messagesQuerySchema,
  messagesSchema,
  removeCameraQuerySchema,
} from '../schemas/history.ts';
import { readFirstContact } from '../system/first-contact-files.ts';
import { redact } from '../system/redact.ts';
import { cameraSubject, type Deps } from './deps.ts';

const dayMs = 86_400_000;
const longestRangeMs = 400 * dayMs;
const connectionChangesMost = 2000;
const positionSchema = z.tuple([z.iso.datetime({ precision: 6 }), z.int().nonnegative()]);

export function historyRoutes(deps: Deps): Route[] {
  const common = {
    method: 'get',
    tag: 'cameras',
    params: z.object({ id: cameraIdSchema }),
    subject: cameraSubject(deps),
  } as const;
  return [
    route({
      method: 'get',
      path: '/api/cameras-now',
      summary: 'Last picture and difference of clocks of every camera',
      tag: 'cameras',
      access: { action: 'cameras.read' },
      answer: { status: 200, json: camerasNowSchema },
      async handler({ session }) {
        const rows = await readCamerasNow(deps.pool, cameraFilter(session.user));
        return {
          cameras: rows.map(({ cameraId, pictureEventId, pictureAt, clockSeconds, clockAt }) => ({
            cameraId,
            picture:
              pictureEventId === null || pictureAt === null
                ? null
                : {
                    eventId: pictureEventId,
                    url: mediaUrls.thumbnail(pictureEventId),
                    at: pictureAt.toISOString(),
                  },
            clock:
              clockSeconds === null || clockAt === null
                ? null
                : { differenceSeconds: clockSeconds, measuredAt: clockAt.toISOString() },
          })),
        };
      },
    }),
    route({
      ...common,
      path: '/api/cameras/{id}/history',
      summary: 'Battery, signal, temperature and connection over time, thinned out for charts',
      access: { action: 'cameras.read' },
      query: historyQuerySchema,
      answer: { status: 200, json: historySchema },
      async handler({ subject: { cameraId }, query }) {
        const to = query.to ?? new Date();
        const from = query.from ?? new Date(to.getTime() - dayMs);
        if (from >= to || to.getTime() - from.getTime() > longestRangeMs)
          throw badRequest('invalid_request', 'query: from must lie before to, at most 400 days');
        const range = { cameraId, from, to };
        const [measurements, connection] = await Promise.all([
          readMeasurements(deps.pool, range, query.points),
          readConnectionChanges(deps.pool, range, connectionChangesMost),
        ]);
        return {
          from: from.toISOString(),
          to: to.toISOString(),
          measurements: measurements.map((point) => ({ ...point, at: point.at.toISOString() })),
          connection: connection.map((change) => ({ ...change, at: change.at.toISOString() })),
        };
      },
    }),
    route({
      ...common,
      path: '/api/cameras/{id}/messages',
      summary: 'Raw messages of a camera for support, newest first, secrets redacted',
      access: { action: 'cameras.change' },
      query: messagesQuerySchema,
      answer: { status: 200, json: messagesSchema },
      async handler({ subject: { cameraId }, query }) {
        const position = query.cursor === undefined ? undefined : decodeCursor(query.cursor, positionSchema);
        const after = position === undefined ? undefined : { atExact: position[0], id: position[1] };
        const { messages, next } = await listRawMessages(deps.pool, cameraId, query.limit, after);
        return {
          messages: messages.map(({ id, at, receivedAt, type, payload }) => ({
            id,
            at: at.toISOString(),
            receivedAt: receivedAt.toISOString(),
            type,
            payload: redact(payload),
          })),
          nextCursor: next === undefined ? null : encodeCursor([next.atExact, next.id]),
        };
      },
    }),
    route({
      ...common,
      path: '/api/cameras/{id}/first-contact',
      summary: 'The first requests and messages of each kind, for support, secrets redacted',
      access: { action: 'cameras.change' },
      answer: { status: 200, json: firstContactSchema },
      async handler({ subject: { cameraId } }) {
        const files = await readFirstContact(deps.dataDir, cameraId);
        return { files: files.map((file) => ({ ...file, at: file.at.toISOString() })) };
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/cameras/{id}',
      summary: 'Remove a camera; its events stay or go. It comes back when it is heard again, unless blocked',
      access: { action: 'cameras.remove' },
      query: removeCameraQuerySchema,
      answer: { status: 204 },
      async handler({ subject, query: { events, block }, session, address }) {
        await inTransaction(deps.pool, async (db) => {
          const camera = await lockCamera(db, subject.cameraId);
          if (camera === undefined) throw notFound('The camera');
          await removeCamera(db, camera.cameraId, {
            withEvents: events === 'delete',
            block: block === 'true',
          });
          if (events === 'delete') await wakeJanitor(db);
          await recordAudit(db, {
            actor: session.user.username,
            action: 'camera_removed',
            cameraId: camera.cameraId,
            address,
            details: { name: camera.cameraName, events, block: block === 'true' },
          });
        });
      },
    }),
  ];
}
