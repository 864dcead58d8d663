/** What a screen starts from and lives on: bootstrap, then the stream of changes. */
import { z } from 'zod';
import { productVersion } from '@apiary/base/http';
import { currentRevision, listCameras } from '@apiary/database/camera-queries';
import { listEvents } from '@apiary/database/event-list';
import { listUnclaimed } from '@apiary/database/unclaimed-queries';
import { bootstrapSchema } from '../api-schemas.ts';
import { cameraFilter, can } from '@apiary/access/can';
import { route, type Route } from '../http/route.ts';
import type { Deps } from './deps.ts';
import { eventCursor } from './events.ts';
import { userRecord } from './people-records.ts';
import { cameraRecord, eventRecord, unclaimedRecord } from './records.ts';

const firstPage = 50;

export function screenRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/bootstrap',
      summary: 'Everything a first screen shows, and the revision to follow it from',
      tag: 'screen',
      access: { action: 'cameras.read' },
      answer: { status: 200, json: bootstrapSchema },
      async handler({ session: { user } }) {
        // First: what changes while we read is then read twice, not never.
        const revision = await currentRevision(deps.pool);
        const mayDecide = can(user, 'unclaimed.read');
        const [cameras, { events, next }, unclaimed, downloads] = await Promise.all([
          listCameras(deps.pool),
          listEvents(deps.pool, { cameraIds: cameraFilter(user), limit: firstPage }),
          mayDecide ? listUnclaimed(deps.pool) : [],
          deps.downloadsWork(),
        ]);
        return {
          user: userRecord(user),
          cameras: cameras.filter((row) => can(user, 'cameras.read', row.cameraId)).map(cameraRecord),
          events: events.map(eventRecord),
          nextCursor: eventCursor(next),
          unclaimed: unclaimed.map(unclaimedRecord),
          revision,
          server: {
            version: productVersion,
            time: new Date().toISOString(),
            downloads,
            liveView: deps.liveView,
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/stream',
      summary:
        'Changes as server-sent events: `camera`, `event`, `command`, `removed`, `changed`, `reset`; `id` is the revision',
      tag: 'screen',
      access: { action: 'cameras.read' },
      query: z.object({
        after: z.coerce.number().int().nonnegative().optional().meta({
          description:
            'revision to go on from, as Last-Event-ID does after a cut; default: only what comes from now on',
        }),
      }),
      answer: { status: 200, bytes: ['text/event-stream'], description: 'never ends by itself' },
      errors: { 503: 'too many open screens' },
      async handler({ query, session, request, response }) {
        if (request.method === 'HEAD') {
          response.type('text/event-stream').end();
          return;
        }
        const lastEventId = request.get('last-event-id') ?? '';
        const resumed = /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : query.after;
        await deps.hub.join(response, session, resumed);
      },
    }),
  ];
}
