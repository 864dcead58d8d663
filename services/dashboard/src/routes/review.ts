/** Review: the inbox and its filters, marks on many events at once, counts, many recordings as one ZIP. */
import { badRequest, notFound } from '@apiary/base/errors';
import { can, cameraFilter } from '@apiary/access/can';
import { recordAudits } from '@apiary/database/audit-repository';
import { listEvents } from '@apiary/database/event-list';
import { readEvents } from '@apiary/database/event-queries';
import {
  countEvents,
  countUnreviewed,
  reviewedAmong,
  startOfToday,
} from '@apiary/database/event-review-repository';
import { route, type Route } from '../http/route.ts';
import { ffmpegMissing } from '@apiary/recordings/mp4-remux';
import { sendZip } from '../media/zip-download.ts';
import {
  countsQuerySchema,
  countsSchema,
  downloadQuerySchema,
  reviewListSchema,
  reviewQuerySchema,
  summaryQuerySchema,
  summarySchema,
} from '../schemas/review.ts';
import type { Deps } from './deps.ts';
import { eventCursor, positionOf, seenOf } from './events.ts';
import { eventRecord } from './records.ts';
import { eventPlaceRoute } from './review-event.ts';
import { reviewMarkRoutes } from './review-marks.ts';

const dayMs = 86_400_000;
const countsMostDays = 45;
const unreviewedDays = 31;
const unreviewedMost = 999;

export function reviewRoutes(deps: Deps): Route[] {
  return [
    listRoute(deps),
    eventPlaceRoute(deps),
    countsRoute(deps),
    summaryRoute(deps),
    ...reviewMarkRoutes(deps),
    downloadRoute(deps),
  ];
}

const listRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/review/events',
    summary:
      'Events by any filter, newest first, with what you have looked at; pass `nextCursor` as `cursor`',
    tag: 'review',
    access: { action: 'events.read' },
    query: reviewQuerySchema,
    answer: { status: 200, json: reviewListSchema },
    async handler({ query, session: { user } }) {
      const { timeFrom, timeTo, zone = deps.timeZone } = query;
      if ((timeFrom === undefined) !== (timeTo === undefined))
        throw badRequest('invalid_request', 'query: timeFrom and timeTo go together');
      const { events, next } = await listEvents(deps.pool, {
        cameraIds: seenOf(user, query.camera),
        kinds: query.kind,
        from: query.from,
        to: query.to,
        timeOfDay:
          timeFrom === undefined || timeTo === undefined
            ? undefined
            : { zone, fromMinute: timeFrom, toMinute: timeTo },
        reviewed: query.reviewed === undefined ? undefined : { userId: user.userId, value: query.reviewed },
        kept: query.kept === undefined ? undefined : true,
        after: positionOf(query.cursor),
        limit: query.limit,
      });
      const ids = events.map(({ eventId }) => eventId);
      const reviewed = await reviewedAmong(deps.pool, user.userId, ids);
      return {
        events: events.map((row) => ({ ...eventRecord(row), reviewed: reviewed.has(row.eventId) })),
        nextCursor: eventCursor(next),
      };
    },
  });

const countsRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/review/counts',
    summary: `Events a camera and hour or day, for a range of at most ${countsMostDays} days`,
    tag: 'review',
    access: { action: 'events.read' },
    query: countsQuerySchema,
    answer: { status: 200, json: countsSchema },
    async handler({ query, session: { user } }) {
      const { from, to, by, zone = deps.timeZone } = query;
      if (to < from || to.getTime() - from.getTime() > countsMostDays * dayMs)
        throw badRequest('invalid_request', `query: to must be after from, at most ${countsMostDays} days`);
      const range = { from, to, cameraIds: seenOf(user, query.camera) };
      const rows = await countEvents(deps.pool, range, by === 'hour' ? 'hour' : { dayIn: zone });
      return { counts: rows.map((row) => ({ ...row, start: row.start.toISOString() })) };
    },
  });

const summaryRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/review/summary',
    summary: 'Events of today a camera, and how many you have not looked at',
    tag: 'review',
    access: { action: 'events.read' },
    query: summaryQuerySchema,
    answer: { status: 200, json: summarySchema },
    async handler({ query, session: { user } }) {
      const { pool } = deps;
      const cameraIds = cameraFilter(user);
      const zone = query.zone ?? deps.timeZone;
      const today = await startOfToday(pool, zone);
      const since = new Date(Date.now() - unreviewedDays * dayMs);
      const [rows, unreviewed] = await Promise.all([
        // A day has at most 25 hours; one bucket holds them all.
        countEvents(
          pool,
          { from: today, to: new Date(today.getTime() + 25 * 3_600_000), cameraIds },
          { dayIn: zone },
        ),
        countUnreviewed(pool, user.userId, since, cameraIds, unreviewedMost + 1),
      ]);
      return {
        today: today.toISOString(),
        cameras: rows.map(({ cameraId, motion, person, sound }) => ({ cameraId, motion, person, sound })),
        unreviewed: {
          count: Math.min(unreviewed, unreviewedMost),
          more: unreviewed > unreviewedMost,
          since: since.toISOString(),
        },
      };
    },
  });

const downloadRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/review/download',
    summary: 'The recordings of several events as one ZIP of MP4s, sent while it is made',
    tag: 'review',
    access: { action: 'media.read' },
    query: downloadQuerySchema,
    answer: { status: 200, bytes: ['application/zip'], description: 'the ZIP; length unknown beforehand' },
    errors: { 404: 'none of the events has a recording', 501: 'ffmpeg is not installed' },
    async handler({ query, session: { user }, address, response }) {
      const rows = (await readEvents(deps.pool, query.event))
        .filter(({ cameraId, eventId }) => can(user, 'media.read', { cameraId, eventId }))
        .filter(({ recordingCount }) => recordingCount > 0)
        .toSorted((a, b) => a.startTimestamp.getTime() - b.startTimestamp.getTime());
      if (rows.length === 0) throw notFound('The recording');
      if (!(await deps.downloadsWork())) throw ffmpegMissing();
      await recordAudits(
        deps.pool,
        rows.map(({ cameraId, eventId }) => ({
          actor: user.username,
          action: 'recording_downloaded',
          cameraId,
          eventId,
          address,
          details: { zip: true },
        })),
      );
      const day = new Date().toISOString().slice(0, 10);
      response.set('Content-Disposition', `attachment; filename="recordings_${day}.zip"`);
      response.type('application/zip');
      await sendZip(deps, rows, response);
    },
  });
