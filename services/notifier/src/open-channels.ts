/** The ways to tell people that this installation has, made from its settings. With nobody to tell, the outbox drains to nothing. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from '@apiary/base/logger';
import { UploadFiles } from '@apiary/recordings/upload-files';
import type { NotificationChannel } from './channel.ts';
import { ownChannels } from './channels/own-channels.ts';
import { ClipMaker } from './channels/telegram/clips.ts';
import { TelegramChannel, type TelegramOptions } from './channels/telegram/telegram.ts';
import type { NotifierConfig } from './config.ts';

export interface OpenChannelsDeps {
  readonly config: NotifierConfig;
  readonly pool: pg.Pool;
  readonly logger: Logger;
  /** For benches and tests: what no setting changes. */
  readonly telegram?: Partial<Pick<TelegramOptions, 'paced' | 'timeouts'>>;
}

export async function openChannels(deps: OpenChannelsDeps): Promise<NotificationChannel[]> {
  const { telegram } = deps.config;
  const own = await ownChannels(deps.config, deps.pool, deps.logger);
  return telegram === undefined ? own : [await openTelegram(deps, telegram), ...own];
}

async function openTelegram(
  { config, pool, logger, telegram: overrides }: OpenChannelsDeps,
  telegram: NonNullable<NotifierConfig['telegram']>,
): Promise<TelegramChannel> {
  const files = new UploadFiles(config.dataDir);
  return new TelegramChannel({
    ...telegram,
    ...overrides,
    zone: config.timeZone,
    pageUrl: config.pageUrl,
    pictureWaitMs: config.pictureWaitMs,
    // Gone since (retention), or not ours: the alert is worth sending without it.
    pictureFile: (path) => files.thumbnail(path).catch(() => undefined),
    clips: telegram.sendClip
      ? await ClipMaker.open({ pool, dataDir: config.dataDir, cacheDir: clipsDir(config.dataDir), logger })
      : undefined,
    logger,
  });
}

/** DATA_DIR is read-only here; two installations on one machine keep apart. */
const clipsDir = (dataDir: string): string =>
  join(tmpdir(), `apiary-clips-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
