/** The channels that need no account elsewhere: webhook and web push, made from settings and secrets. */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { readSecret } from '@apiary/base/secrets';
import type { Queryable } from '@apiary/database/pool';
import type { NotificationChannel } from '../channel.ts';
import type { NotifierConfig } from '../config.ts';
import { WebPushChannel } from './web-push.ts';
import { WebhookChannel } from './webhook.ts';

const consumer = 'notifier';

export async function ownChannels(
  config: Pick<
    NotifierConfig,
    'secretsDir' | 'dataDir' | 'pageUrl' | 'timeZone' | 'pictureWaitMs' | 'webhookUrl' | 'webPush'
  >,
  db: Queryable,
  logger: Logger,
): Promise<NotificationChannel[]> {
  const channels: NotificationChannel[] = [];
  const vapidPrivateKey = await readSecret(config.secretsDir, consumer, 'vapid-private-key').catch(
    (error: unknown) => {
      logger.warn({ fact: 'web push is off', reason: errorMessage(error) });
      return undefined;
    },
  );
  if (vapidPrivateKey !== undefined)
    channels.push(
      new WebPushChannel({
        db,
        vapidPrivateKey,
        vapidSubject: config.webPush.subject,
        hosts: config.webPush.hosts,
        timeZone: config.timeZone,
      }),
    );
  if (config.webhookUrl !== undefined)
    channels.push(
      new WebhookChannel({
        url: config.webhookUrl,
        secret: await readSecret(config.secretsDir, consumer, 'webhook-secret'),
        dataDir: config.dataDir,
        pageUrl: config.pageUrl,
        timeZone: config.timeZone,
        pictureWaitMs: config.pictureWaitMs,
      }),
    );
  return channels;
}
