/** This browser at its push service: whether it can, whether it is subscribed, and both ways between. */
import { rest } from '../api.ts';
import { language } from '../messages.ts';
import { findWorker } from '../worker-link.ts';

export type PushState = 'on' | 'off' | 'denied' | 'unsupported' | 'ios-first' | 'untrusted';

/** Which of the account's subscriptions is this browser's: endpoints are shown to nobody, so the id is kept here. */
const ownIdKey = 'apiary.push.id';
export const ownSubscriptionId = (): string | null => localStorage.getItem(ownIdKey);

const path = '/api/notifications/web-push/subscriptions';

export async function pushState(): Promise<PushState> {
  if (!('PushManager' in window) || !('Notification' in window))
    return /iPhone|iPad/.test(navigator.userAgent) ? 'ios-first' : 'unsupported';
  const worker = await findWorker();
  if (worker === undefined) return 'untrusted';
  if (Notification.permission === 'denied') return 'denied';
  const subscription = await worker.pushManager.getSubscription();
  return subscription !== null && ownSubscriptionId() !== null ? 'on' : 'off';
}

/**
 * Asks the person, then the push service, then tells the server.
 * @returns `denied` where the person said no
 * @throws whatever the push service or the server says
 */
export async function subscribe(publicKey: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const worker = await findWorker();
  if (worker === undefined) return 'untrusted';
  const subscription = await subscriptionWith(await navigator.serviceWorker.ready, publicKey);
  const { endpoint, keys } = subscription.toJSON();
  const { id } = await rest.post<{ id: string }>(path, { endpoint, keys, language });
  localStorage.setItem(ownIdKey, id);
  return 'on';
}

/** One made with another key, such as of an installation that was set up anew, is of no use. */
async function subscriptionWith(
  worker: ServiceWorkerRegistration,
  publicKey: string,
): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  try {
    return await worker.pushManager.subscribe(options);
  } catch (error) {
    const old = await worker.pushManager.getSubscription();
    if (old === null) throw error;
    await old.unsubscribe();
    return worker.pushManager.subscribe(options);
  }
}

export async function unsubscribe(): Promise<void> {
  const id = ownSubscriptionId();
  localStorage.removeItem(ownIdKey);
  if (id !== null) await removeSubscription(id);
  const worker = await findWorker();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

export const removeSubscription = (id: string): Promise<unknown> =>
  rest.delete(`${path}/${encodeURIComponent(id)}`);
