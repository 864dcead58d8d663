/** What can be done to many events at once. One transaction, one result an event, one audit line a changed event. */
import { can, type Action } from '@apiary/access/can';
import { inTransaction, type Queryable } from '@apiary/database';
import { recordAudits } from '@apiary/database/audit-repository';
import {
  hideEvents,
  holdEvents,
  keepEvents,
  markReviewed,
  unmarkReviewed,
  type HeldEvent,
} from '@apiary/database/event-review-repository';
import { wakeJanitor } from '@apiary/database/storage-queries';
import { route, type Route } from '../http/route.ts';
import { forgetMp4s } from '@apiary/recordings/event-mp4';
import { bulkBodySchema, bulkMost, bulkResultSchema, type BulkResult } from '../schemas/review.ts';
import type { Deps } from './deps.ts';

type Actor = Parameters<typeof can>[0];

interface Mark {
  readonly name: string;
  readonly summary: string;
  readonly action: Action;
  /** Word of the audit log. */
  readonly audit: string;
  /** Ids of those that changed. */
  change(db: Queryable, eventIds: readonly string[], user: Actor): Promise<string[]>;
  after?(deps: Deps, eventIds: readonly string[]): Promise<void>;
  /** Not changed because someone keeps it. */
  readonly sparesKept?: true;
}

const marks: readonly Mark[] = [
  {
    name: 'reviewed',
    summary: 'Mark events as looked at, by you',
    action: 'events.review',
    audit: 'event_reviewed',
    change: (db, ids, user) => markReviewed(db, user.userId, ids),
  },
  {
    name: 'unreviewed',
    summary: 'Mark events as not looked at, by you',
    action: 'events.review',
    audit: 'event_unreviewed',
    change: (db, ids, user) => unmarkReviewed(db, user.userId, ids),
  },
  {
    name: 'keep',
    summary: 'Keep events: retention leaves them alone',
    action: 'events.keep',
    audit: 'event_kept',
    change: (db, ids, user) => keepEvents(db, ids, user.username),
  },
  {
    name: 'unkeep',
    summary: 'Let go of kept events',
    action: 'events.keep',
    audit: 'event_let_go',
    change: (db, ids) => keepEvents(db, ids, undefined),
  },
  {
    name: 'delete',
    summary: 'Delete events: hidden from everybody at once, files follow. Kept ones stay',
    action: 'events.delete',
    audit: 'event_deleted',
    change: async (db, ids, user) => {
      const hidden = await hideEvents(db, ids, user.username);
      if (hidden.length > 0) await wakeJanitor(db);
      return hidden;
    },
    after: (deps, ids) => forgetMp4s(deps, ids),
    sparesKept: true,
  },
];

export const reviewMarkRoutes = (deps: Deps): Route[] =>
  marks.map((mark) =>
    route({
      method: 'post',
      path: `/api/review/${mark.name}`,
      summary: `${mark.summary}; up to ${bulkMost}`,
      tag: 'review',
      access: { action: mark.action },
      body: bulkBodySchema,
      answer: { status: 200, json: bulkResultSchema },
      async handler({ body: { eventIds }, session: { user }, address }) {
        const { results, changed } = await inTransaction(deps.pool, async (db) => {
          const held = (await holdEvents(db, eventIds)).filter(({ cameraId, eventId }) =>
            can(user, mark.action, { cameraId, eventId }),
          );
          const ids = await mark.change(
            db,
            held.map(({ eventId }) => eventId),
            user,
          );
          const changes = new Set(ids);
          await recordAudits(
            db,
            held
              .filter(({ eventId }) => changes.has(eventId))
              .map(({ cameraId, eventId }) => ({
                actor: user.username,
                action: mark.audit,
                cameraId,
                eventId,
                address,
              })),
          );
          return { results: resultsOf(mark, eventIds, held, changes), changed: ids };
        });
        await mark.after?.(deps, changed);
        return { results };
      },
    }),
  );

function resultsOf(
  mark: Mark,
  asked: readonly string[],
  held: readonly HeldEvent[],
  changed: ReadonlySet<string>,
): BulkResult['results'] {
  const known = new Map(held.map((event) => [event.eventId, event]));
  return asked.map((eventId) => {
    const event = known.get(eventId);
    if (event === undefined) return { eventId, outcome: 'not_found' };
    if (changed.has(eventId)) return { eventId, outcome: 'done' };
    return { eventId, outcome: mark.sparesKept === true && event.kept ? 'kept' : 'unchanged' };
  });
}
