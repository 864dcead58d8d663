/** Web push in the service worker: shows what the notifier sent (docs/ref/notifications.md), opens what it is about. */

interface Alert {
  readonly title: string;
  readonly body: string;
  /** A later message with the same tag takes the place of the first. */
  readonly tag: string;
  readonly url: string;
  readonly image: string | undefined;
  readonly silent: boolean;
  readonly at: number | undefined;
}

const subscriptionsPath = '/api/notifications/web-push/subscriptions';

/** Total: browsers punish a push that shows nothing, so an unreadable one shows the product's name. */
export function alertOf(payload: unknown): Alert {
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  const text = (name: string, otherwise: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : otherwise;
  };
  const image = text('image', '');
  const at = Date.parse(text('at', ''));
  return {
    title: text('title', 'Apiary'),
    body: text('body', ''),
    tag: text('tag', 'apiary'),
    url: text('url', '/'),
    image: image === '' ? undefined : image,
    silent: fields['silent'] === true,
    at: Number.isNaN(at) ? undefined : at,
  };
}

/** A path of our own page; anything else is its first screen. */
export function ownUrl(url: string, origin: string): string {
  if (!URL.canParse(url, origin)) return `${origin}/`;
  const { origin: given, href } = new URL(url, origin);
  return given === origin ? href : `${origin}/`;
}

export async function showAlert(
  scope: ServiceWorkerGlobalScope,
  data: PushMessageData | null,
): Promise<void> {
  const alert = alertOf(jsonOf(data));
  const { origin } = scope.location;
  // `image`, `renotify` and `timestamp` are left out of the types: not every browser has them.
  await scope.registration.showNotification(alert.title, {
    body: alert.body,
    tag: alert.tag,
    silent: alert.silent,
    renotify: !alert.silent,
    icon: '/icons/192.png',
    badge: '/icons/badge.png',
    data: { url: ownUrl(alert.url, origin) },
    ...(alert.image === undefined ? {} : { image: ownUrl(alert.image, origin) }),
    ...(alert.at === undefined ? {} : { timestamp: alert.at }),
  } as NotificationOptions);
}

function jsonOf(data: PushMessageData | null): unknown {
  try {
    return data?.json();
  } catch {
    return undefined;
  }
}

/** In the page that is open already, if one is. */
export async function openAlert(scope: ServiceWorkerGlobalScope, notification: Notification): Promise<void> {
  notification.close();
  const { url } = notification.data as { readonly url: string };
  for (const client of await scope.clients.matchAll({ type: 'window' })) {
    // A page that is just going away, or that another worker serves, cannot be led.
    const led = await client.navigate(url).catch(() => null);
    if (led !== null) {
      await led.focus();
      return;
    }
  }
  await scope.clients.openWindow(url);
}

/** The browser changed its address at the push service by itself: the server is told the new one. */
export async function renewSubscription(
  scope: ServiceWorkerGlobalScope,
  event: PushSubscriptionChangeEvent,
): Promise<void> {
  const options = event.oldSubscription?.options;
  const subscription =
    event.newSubscription ?? (options && (await scope.registration.pushManager.subscribe(options)));
  if (subscription === undefined) return;
  const { endpoint, keys } = subscription.toJSON();
  await fetch(subscriptionsPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint, keys, language: scope.navigator.language }),
  });
}
