/** One event in the row of all: what the user made of it, and which come before and after it. */
import { z } from 'zod';
import { cameraFilter } from '@apiary/access/can';
import { readNeighbours } from '@apiary/database/event-neighbours';
import { reviewedAmong } from '@apiary/database/event-review-repository';
import { eventIdSchema } from '../api-schemas.ts';
import { route, type Route } from '../http/route.ts';
import { eventPlaceSchema } from '../schemas/review.ts';
import { eventSubject, type Deps } from './deps.ts';

export const eventPlaceRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/review/events/{event}',
    summary: 'Whether you have looked at an event, and the events before and after it',
    tag: 'review',
    access: { action: 'events.read' },
    params: z.object({ event: eventIdSchema }),
    subject: eventSubject(deps),
    answer: { status: 200, json: eventPlaceSchema },
    async handler({ subject: event, session: { user } }) {
      const [reviewed, neighbours] = await Promise.all([
        reviewedAmong(deps.pool, user.userId, [event.eventId]),
        readNeighbours(deps.pool, event, cameraFilter(user)),
      ]);
      return { reviewed: reviewed.has(event.eventId), ...neighbours };
    },
  });
