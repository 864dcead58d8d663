/** `web_push_subscriptions`: browsers of users that asked to be told. The endpoint is a capability: shown to nobody. */
import type { Queryable } from './pool.ts';

export interface NewSubscription {
  readonly userId: string;
  readonly endpoint: string;
  /** Public key and secret of the browser, base64url (RFC 8291). */
  readonly p256dh: string;
  readonly auth: string;
  readonly userAgent: string | null;
  readonly language: string;
}

/** As its owner sees it. */
export interface OwnSubscription {
  readonly subscriptionId: string;
  readonly userAgent: string | null;
  readonly language: string;
  readonly createdAt: Date;
  readonly lastSuccessAt: Date | null;
  readonly lastError: string | null;
}

/** As the notifier needs it. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly userId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly language: string;
}

/** Most browsers one user may have told; the oldest gives way. */
export const maxSubscriptionsOfUser = 20;

/** A browser that subscribes again, or for somebody else now, keeps its row. @returns its id */
export async function saveSubscription(db: Queryable, subscription: NewSubscription): Promise<string> {
  const { userId, endpoint, p256dh, auth, userAgent, language } = subscription;
  const { rows } = await db.query<{ id: string }>(
    `insert into web_push_subscriptions (user_id, endpoint, p256dh, auth, user_agent, language)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (endpoint) do update set user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth,
       user_agent = excluded.user_agent, language = excluded.language, last_error = null
     returning subscription_id as id`,
    [userId, endpoint, p256dh, auth, userAgent, language],
  );
  await db.query(
    `delete from web_push_subscriptions where subscription_id in (
       select subscription_id from web_push_subscriptions where user_id = $1
       order by coalesce(last_success_at, created_at) desc, created_at desc offset $2)`,
    [userId, maxSubscriptionsOfUser],
  );
  return rows[0]?.id ?? '';
}

export async function listOwnSubscriptions(db: Queryable, userId: string): Promise<OwnSubscription[]> {
  const { rows } = await db.query<OwnSubscription>(
    `select subscription_id as "subscriptionId", user_agent as "userAgent", language, created_at as "createdAt",
       last_success_at as "lastSuccessAt", last_error as "lastError"
     from web_push_subscriptions where user_id = $1 order by created_at desc`,
    [userId],
  );
  return rows;
}

/** False: this user has none of that id. */
export async function deleteOwnSubscription(
  db: Queryable,
  userId: string,
  subscriptionId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from web_push_subscriptions where subscription_id = $1 and user_id = $2',
    [subscriptionId, userId],
  );
  return (rowCount ?? 0) > 0;
}

export async function listSubscriptionOwners(
  db: Queryable,
): Promise<Pick<Subscription, 'subscriptionId' | 'userId'>[]> {
  const { rows } = await db.query<Pick<Subscription, 'subscriptionId' | 'userId'>>({
    name: 'web-push-owners',
    text: 'select subscription_id as "subscriptionId", user_id as "userId" from web_push_subscriptions',
  });
  return rows;
}

export async function readSubscription(
  db: Queryable,
  subscriptionId: string,
): Promise<Subscription | undefined> {
  const { rows } = await db.query<Subscription>({
    name: 'web-push-subscription',
    text: `select subscription_id as "subscriptionId", user_id as "userId", endpoint, p256dh, auth, language
      from web_push_subscriptions where subscription_id = $1`,
    values: [subscriptionId],
  });
  return rows[0];
}

/** @param error null: it arrived */
export async function recordPush(db: Queryable, subscriptionId: string, error: string | null): Promise<void> {
  await db.query(
    `update web_push_subscriptions set last_error = $2,
       last_success_at = case when $2::text is null then now() else last_success_at end
     where subscription_id = $1`,
    [subscriptionId, error],
  );
}

/** The browser is gone (its push service said so). */
export async function dropSubscription(db: Queryable, subscriptionId: string): Promise<void> {
  await db.query('delete from web_push_subscriptions where subscription_id = $1', [subscriptionId]);
}
