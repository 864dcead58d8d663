/**
 * Web push to browsers that subscribed (RFC 8030, 8291, 8292): encrypted for the browser, signed with a key of this
 * installation, told only for cameras the browser's user may see at that moment.
 */
import { can } from '@apiary/access/can';
import { isPushEndpoint } from '@apiary/access/push-endpoint';
import { readActors } from '@apiary/database/actor-queries';
import type { Queryable } from '@apiary/database/pool';
import {
  dropSubscription,
  listSubscriptionOwners,
  readSubscription,
  recordPush,
  type Subscription,
} from '@apiary/database/web-push-repository';
import { ChannelError, type Alert, type Limits, type Message, type NotificationChannel } from '../channel.ts';
import type { Receipt, Target } from '../channel.ts';
import { faultOfStatus } from './http-faults.ts';
import { languageOf, plainWords, type PlainWords } from './plain-words.ts';
import {
  callPushService,
  pushSender,
  type PushPayload,
  type PushSender,
  type PushSenderOptions,
} from './push-service.ts';

export interface WebPushOptions extends PushSenderOptions {
  readonly db: Queryable;
  /** Setting WEB_PUSH_HOSTS. */
  readonly hosts: readonly string[];
  readonly timeZone: string;
}

export class WebPushChannel implements NotificationChannel {
  readonly name = 'web-push';
  /** A second message with the same topic takes the place of the first, at the push service and on the screen. */
  readonly repeatable = true;
  /** At once; the picture follows into the same notification. */
  readonly pictureWaitMs = 0;
  readonly #options: WebPushOptions;
  readonly #sender: PushSender;

  constructor(options: WebPushOptions) {
    this.#options = options;
    this.#sender = pushSender(options);
  }

  async targets(): Promise<readonly Target[]> {
    const owners = await listSubscriptionOwners(this.#options.db);
    if (owners.length === 0) return [];
    const actors = await readActors(this.#options.db, [...new Set(owners.map(({ userId }) => userId))]);
    const allowed = actors.filter((actor) => can(actor, 'notifications.own') && can(actor, 'events.read'));
    const camerasOf = new Map(allowed.map(({ userId, cameras }) => [userId, cameras]));
    return owners.flatMap(({ subscriptionId, userId }) => {
      const cameras = camerasOf.get(userId);
      return cameras === undefined ? [] : [{ id: subscriptionId, cameras }];
    });
  }

  limitsOf(): Limits {
    return { windows: [{ calls: 20, perMs: 60_000 }], concurrent: 1 };
  }

  async send(target: string, message: Message, signal: AbortSignal): Promise<Receipt> {
    const subscription = await this.#subscription(target);
    const alert = message.form === 'alert' ? message.alert : undefined;
    const words = plainWords(message, languageOf(subscription.language), this.#options.timeZone);
    await this.#push(subscription, this.#payload(words, alert, message, false), signal);
    return alert === undefined
      ? { messageId: undefined, shown: 'text', clipShown: true }
      : { messageId: String(alert.deliveryId), shown: shownOf(alert), clipShown: true };
  }

  /** The same notification once more, silently, now with its picture. */
  async amend(target: string, _messageId: string, alert: Alert, signal: AbortSignal): Promise<Receipt> {
    const subscription = await this.#subscription(target);
    const message: Message = { form: 'alert', alert };
    const words = plainWords(message, languageOf(subscription.language), this.#options.timeZone);
    await this.#push(subscription, this.#payload(words, alert, message, true), signal);
    return { messageId: String(alert.deliveryId), shown: shownOf(alert), clipShown: true };
  }

  /** Push services know no call without effect: that the subscription is there must do. */
  async probe(target: string): Promise<void> {
    await this.#subscription(target);
  }

  async testTargets(userId: string | null): Promise<readonly string[]> {
    const owners = await listSubscriptionOwners(this.#options.db);
    return owners.filter((owner) => owner.userId === userId).map(({ subscriptionId }) => subscriptionId);
  }

  async sendTest(target: string, askedBy: string, signal: AbortSignal): Promise<void> {
    const subscription = await this.#subscription(target);
    const german = languageOf(subscription.language) === 'de';
    const words = german
      ? { title: 'Testnachricht', body: `Angefordert von ${askedBy}.` }
      : { title: 'Test message', body: `Asked for by ${askedBy}.` };
    await this.#push(subscription, { ...words, version: 1, tag: 'test', url: '/notifications' }, signal);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  async #subscription(target: string): Promise<Subscription> {
    const subscription = await readSubscription(this.#options.db, target);
    if (subscription === undefined)
      throw new ChannelError('permanent', 'the browser is no longer subscribed');
    return subscription;
  }

  #payload(words: PlainWords, alert: Alert | undefined, message: Message, silent: boolean): PushPayload {
    const first = message.form === 'alert' ? message.alert : message.summary.alerts[0];
    const event = alert?.eventId === undefined ? undefined : encodeURIComponent(alert.eventId);
    return {
      version: 1,
      ...words,
      tag: `alert-${first?.deliveryId ?? 0}`,
      silent,
      kind: alert?.kind ?? 'summary',
      at: first?.at.toISOString() ?? new Date().toISOString(),
      url:
        alert === undefined
          ? '/review'
          : event === undefined
            ? `/cameras/${alert.cameraId}`
            : `/events/${event}`,
      ...(event === undefined || alert?.thumbnailPath === undefined
        ? {}
        : { image: `/api/media/thumbnail/${event}` }),
    };
  }

  async #push(subscription: Subscription, payload: PushPayload, signal: AbortSignal): Promise<void> {
    const { db, hosts } = this.#options;
    const { subscriptionId, endpoint } = subscription;
    if (!isPushEndpoint(endpoint, hosts)) {
      const error = 'the push service of this browser is not in WEB_PUSH_HOSTS';
      await recordPush(db, subscriptionId, error);
      throw new ChannelError('permanent', error);
    }
    const { status, retryAfter } = await callPushService(subscription, payload, this.#sender, signal);
    if (status === 404 || status === 410) {
      await dropSubscription(db, subscriptionId);
      throw new ChannelError('permanent', 'the browser is no longer subscribed');
    }
    const fault = faultOfStatus('the push service', status, retryAfter);
    await recordPush(db, subscriptionId, fault?.message ?? null);
    if (fault !== undefined) throw fault;
  }
}

const shownOf = ({ thumbnailPath }: Alert): Receipt['shown'] =>
  thumbnailPath === undefined ? 'text' : 'picture';
