/** The audit log. */
import { z } from 'zod';
import { listAudit } from '@apiary/database/audit-queries';
import { auditListSchema, auditQuerySchema } from '../api-schemas.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import type { Deps } from './deps.ts';
import { dateOf } from './events.ts';

const positionSchema = z.tuple([z.iso.datetime({ precision: 6 }), z.int().nonnegative()]);

export function auditRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit',
      summary: 'Who did or was given what, newest first',
      tag: 'audit',
      access: { action: 'audit.read' },
      query: auditQuerySchema,
      answer: { status: 200, json: auditListSchema },
      async handler({ query }) {
        const [atExact, auditId] =
          query.cursor === undefined ? [] : decodeCursor(query.cursor, positionSchema);
        const after = atExact === undefined || auditId === undefined ? undefined : { atExact, auditId };
        const { entries, next } = await listAudit(deps.pool, query.limit, after, {
          ...query,
          from: dateOf(query.from),
          to: dateOf(query.to),
        });
        return {
          entries: entries.map((row) => ({
            id: row.auditId,
            at: row.at.toISOString(),
            actor: row.actor,
            action: row.action,
            cameraId: row.cameraId,
            eventId: row.eventId,
            address: row.address,
            details: row.details,
          })),
          nextCursor: next === undefined ? null : encodeCursor([next.atExact, next.auditId]),
        };
      },
    }),
  ];
}
