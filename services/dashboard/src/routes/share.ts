/**
 * Share links: an operator makes one for an event, whoever holds it opens that event. The token is in the fragment of
 * the URL, so no server, log or referrer sees it; it is exchanged by POST for a cookie that the media routes take.
 */
import { z } from 'zod';
import { AppError, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { readEvent } from '@apiary/database/event-queries';
import {
  createShareLink,
  listShareLinks,
  noteShareLinkOpened,
  readShareLink,
  revokeShareLink,
  type ShareLinkRow,
} from '@apiary/database/share-link-repository';
import { can, cameraFilter } from '@apiary/access/can';
import { newShareToken, shareCaller } from '@apiary/access/share-links';
import { eventIdSchema, sharedEventSchema } from '../api-schemas.ts';
import { route, type Route } from '../http/route.ts';
import {
  createdShareSchema,
  newShareBodySchema,
  openShareBodySchema,
  shareListSchema,
  shareParams,
} from '../schemas/keys.ts';
import { eventSubject, type Deps } from './deps.ts';
import { ownOrigin } from './own-origin.ts';
import { shareRecord } from './people-records.ts';
import { eventRecord } from './records.ts';

export function shareRoutes(deps: Deps): Route[] {
  const common = { tag: 'share', access: { action: 'events.share' } } as const;
  return [
    route({
      ...common,
      method: 'post',
      path: '/api/events/{event}/share',
      summary: 'Make a link that shows just this event to whoever holds it, until it expires or is revoked',
      params: z.object({ event: eventIdSchema }),
      subject: eventSubject(deps),
      body: newShareBodySchema,
      answer: { status: 201, json: createdShareSchema },
      handler: ({ subject, body, session, address, request }) =>
        inTransaction(deps.pool, async (client) => {
          const token = newShareToken();
          const row = await createShareLink(client, {
            tokenHash: deps.shares.hash(token),
            eventId: subject.eventId,
            userId: session.user.userId,
            expiresInHours: body.expiresInHours,
          });
          await recordAudit(client, {
            actor: session.user.username,
            action: 'share_created',
            cameraId: subject.cameraId,
            eventId: subject.eventId,
            address,
            details: { share: row.shareId, expiresAt: row.expiresAt },
          });
          return { url: `${ownOrigin(request)}/share#${token}`, share: shareRecord(row) };
        }),
    }),
    route({
      ...common,
      method: 'get',
      path: '/api/shares',
      summary: 'Links that still open: the own ones, or everybody’s for those who manage people',
      query: z.object({ eventId: eventIdSchema.optional() }),
      answer: { status: 200, json: shareListSchema },
      async handler({ query, session: { user } }) {
        const rows = await listShareLinks(deps.pool, {
          userId: can(user, 'users.manage') ? undefined : user.userId,
          eventId: query.eventId,
          cameraIds: cameraFilter(user),
        });
        return { shares: rows.map(shareRecord) };
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/shares/{share}',
      summary: 'Revoke a link; whoever has it open sees no more of it',
      params: shareParams,
      subject: {
        what: 'The link',
        load: ({ share }: { share: string }): Promise<ShareLinkRow | undefined> =>
          readShareLink(deps.pool, share),
        cameraId: (share: ShareLinkRow) => share.cameraId,
      },
      answer: { status: 204 },
      async handler({ subject, session: { user }, address }) {
        if (subject.userId !== user.userId && !can(user, 'users.manage')) throw notFound('The link');
        if (!(await revokeShareLink(deps.pool, subject.shareId))) return;
        await recordAudit(deps.pool, {
          actor: user.username,
          action: 'share_revoked',
          cameraId: subject.cameraId,
          eventId: subject.eventId,
          address,
          details: { share: subject.shareId },
        });
      },
    }),
    route({
      method: 'post',
      path: '/api/share/open',
      summary: 'Open a share link: the event, and a cookie for its pictures and recordings',
      tag: 'share',
      access: { open: 'whoever holds a link has no account' },
      body: openShareBodySchema,
      answer: { status: 200, json: sharedEventSchema },
      errors: {
        404: 'there is no such link, or no longer such an event',
        410: 'the link has expired (`share_expired`) or was revoked (`share_revoked`)',
        429: 'too many wrong tries',
      },
      async handler({ body, address, response }) {
        await deps.limits.assertMayTry(address, response);
        const link = await deps.shares.find(body.token);
        if (link === undefined) {
          await deps.limits.countWrongSecret(address);
          throw new AppError(404, 'no_such_link', 'This link is not one of ours. Was all of it copied?');
        }
        if (link.state === 'expired') throw new AppError(410, 'share_expired', 'This link has expired.');
        const event = await readEvent(deps.pool, link.eventId);
        const { sharer } = link;
        if (link.state === 'revoked' || !can(sharer, 'events.share', event?.cameraId))
          throw new AppError(410, 'share_revoked', 'This link was withdrawn.');
        if (event === undefined) throw new AppError(404, 'not_found', 'This event was deleted.');
        deps.shares.setCookie(response, body.token, link);
        await noteShareLinkOpened(deps.pool, link.shareId);
        await recordAudit(deps.pool, {
          actor: shareCaller(link).user.username,
          action: 'share_opened',
          cameraId: event.cameraId,
          eventId: event.eventId,
          address,
          details: { share: link.shareId },
        });
        return {
          event: eventRecord(event),
          expiresAt: link.expiresAt.toISOString(),
          sharedBy: sharer.username,
        };
      },
    }),
  ];
}
