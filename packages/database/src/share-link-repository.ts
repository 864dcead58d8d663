/** Share links: one event, for whoever holds the token, until it expires or is revoked. */
import { actorColumns, actorOf, type ActorFields, type ActorRow } from './actor-queries.ts';
import type { Queryable } from './pool.ts';

export interface ShareLinkRow {
  readonly shareId: string;
  readonly eventId: string;
  readonly cameraId: string;
  readonly cameraName: string;
  readonly kind: 'motion' | 'person' | 'sound';
  readonly startTimestamp: Date;
  readonly createdBy: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly lastOpenedAt: Date | null;
  readonly opened: number;
}

const listed = `select s.share_id as "shareId", s.event_id as "eventId", e.camera_id as "cameraId",
    c.camera_name as "cameraName", e.kind, e.start_timestamp as "startTimestamp", u.username as "createdBy", u.user_id as "userId",
    s.created_at as "createdAt", s.expires_at as "expiresAt", s.revoked_at as "revokedAt",
    s.last_opened_at as "lastOpenedAt", s.opened
  from share_links s join activity_events e using (event_id) join camera_registry c on c.camera_id = e.camera_id
  join users u on u.user_id = s.created_by where e.deleted_at is null`;

export async function createShareLink(
  db: Queryable,
  link: {
    readonly tokenHash: Buffer;
    readonly eventId: string;
    readonly userId: string;
    readonly expiresInHours: number;
  },
): Promise<ShareLinkRow> {
  const { rows } = await db.query<{ shareId: string }>(
    `insert into share_links (token_hash, event_id, created_by, expires_at)
     values ($1, $2, $3, now() + make_interval(hours => $4)) returning share_id as "shareId"`,
    [link.tokenHash, link.eventId, link.userId, link.expiresInHours],
  );
  return (await readShareLink(db, rows[0]?.shareId ?? '')) as ShareLinkRow;
}

export async function readShareLink(db: Queryable, shareId: string): Promise<ShareLinkRow | undefined> {
  const { rows } = await db.query<ShareLinkRow>(`${listed} and s.share_id = $1`, [shareId]);
  return rows[0];
}

/** Links that may still open, newest first; of one user, of one event, of these cameras, where they are given. */
export async function listShareLinks(
  db: Queryable,
  filter: {
    readonly userId?: string | undefined;
    readonly eventId?: string | undefined;
    readonly cameraIds?: readonly string[] | undefined;
  },
): Promise<ShareLinkRow[]> {
  const { rows } = await db.query<ShareLinkRow>(
    `${listed} and s.revoked_at is null and s.expires_at > now()
       and ($1::uuid is null or s.created_by = $1) and ($2::text is null or s.event_id = $2)
       and ($3::text[] is null or e.camera_id = any($3)) order by s.created_at desc limit 500`,
    [filter.userId, filter.eventId, filter.cameraIds],
  );
  return rows;
}

/** False: it was revoked before. */
export async function revokeShareLink(db: Queryable, shareId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update share_links set revoked_at = now() where share_id = $1 and revoked_at is null',
    [shareId],
  );
  return rowCount === 1;
}

/** A link by its token, however it stands, and who shared it as they are now; undefined: there is none. */
export interface FoundShareLink {
  readonly shareId: string;
  readonly eventId: string;
  readonly expiresAt: Date;
  readonly state: 'open' | 'expired' | 'revoked';
  readonly sharer: ActorRow;
}

export async function findShareLinks(
  db: Queryable,
  tokenHashes: readonly Buffer[],
): Promise<FoundShareLink[]> {
  const { rows } = await db.query<ActorFields & Omit<FoundShareLink, 'sharer'>>(
    `select ${actorColumns}, s.share_id as "shareId", s.event_id as "eventId", s.expires_at as "expiresAt",
       case when s.revoked_at is not null or u.disabled_at is not null then 'revoked'
         when s.expires_at <= now() then 'expired' else 'open' end as state
     from share_links s join users u on u.user_id = s.created_by where s.token_hash = any($1)`,
    [tokenHashes],
  );
  return rows.map((row) => ({
    shareId: row.shareId,
    eventId: row.eventId,
    expiresAt: row.expiresAt,
    state: row.state,
    sharer: actorOf(row),
  }));
}

export async function noteShareLinkOpened(db: Queryable, shareId: string): Promise<void> {
  await db.query('update share_links set opened = opened + 1, last_opened_at = now() where share_id = $1', [
    shareId,
  ]);
}

/** Long over: kept a month so that the page can say why a link does not open. */
export async function deleteOldShareLinks(db: Queryable): Promise<void> {
  await db.query("delete from share_links where expires_at < now() - interval '30 days'");
}
