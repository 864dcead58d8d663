/**
 * Hears NOTIFY. One dedicated connection, reconnected for ever; after a gap `onGap` says that something may have been
 * missed, so the listener reads anew instead of trusting silence.
 */
import pg from 'pg';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { DatabaseAddress } from './pool.ts';

export interface Change {
  /** `camera`, `event`, `command`, or the name of another aggregate. */
  readonly entity: string;
  readonly keys: readonly string[];
}

export interface ChangeListener {
  stop(): Promise<void>;
}

const retryMs = 500;
const probeMs = 30_000;

/**
 * Listens on channel `changes`. Calls `onGap` after every (re)connection, the first included: what changed before is
 * unknown.
 */
export const listenForChanges = (
  address: DatabaseAddress,
  logger: Logger,
  handlers: { onChange(change: Change): void; onGap(): void },
): ChangeListener =>
  listenOn('changes', address, logger, {
    onNotice: (payload) => handlers.onChange(JSON.parse(payload) as Change),
    onGap: () => handlers.onGap(),
  });

/** The same for any channel; `channel` is a plain lower-case identifier. */
export function listenOn(
  channel: string,
  address: DatabaseAddress,
  logger: Logger,
  handlers: { onNotice(payload: string): void; onGap(): void },
): ChangeListener {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let probe: NodeJS.Timeout | undefined;

  const again = (reason: string): void => {
    clearInterval(probe);
    client?.removeAllListeners();
    client?.on('error', () => undefined);
    client?.end().catch(() => undefined);
    client = undefined;
    if (stopped) return;
    logger.warn({ fact: 'change listener reconnects', channel, reason });
    clearTimeout(retry);
    retry = setTimeout(() => void connect(), retryMs);
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      ...address,
      application_name: channel,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    client = next;
    next.on('error', (error) => {
      again(errorMessage(error));
    });
    next.on('end', () => {
      again('connection ended');
    });
    next.on('notification', ({ payload }) => {
      handlers.onNotice(payload ?? '');
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      handlers.onGap();
      // A silent dead peer would otherwise go unnoticed for hours.
      probe = setInterval(() => {
        next.query('select 1').catch((error: unknown) => {
          again(errorMessage(error));
        });
      }, probeMs);
    } catch (error) {
      again(errorMessage(error));
    }
  };

  void connect();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(retry);
      clearInterval(probe);
      client?.removeAllListeners();
      // The server may be going down at this very moment: an error nobody hears would end the process.
      client?.on('error', () => undefined);
      await client?.end().catch(() => undefined);
    },
  };
}
