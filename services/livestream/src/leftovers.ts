/**
 * What an earlier run of this service left on the media server, killed before it could release it: its ports would be held
 * until the media server collects the session, and its viewers go on watching unseen. This service is its only client.
 */
import type { KurentoCallback, KurentoClient, KurentoObject } from 'kurento-client';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';

/** Runs one call with a deadline; `start` gets the callback it must answer to. */
export type RunCall = <T>(what: string, start: (callback: KurentoCallback) => void) => Promise<T>;

/** Never fails: without it the media server collects them minutes later. */
export async function releaseLeftovers(client: KurentoClient, run: RunCall, logger: Logger): Promise<void> {
  // The object stays out of every promise: it is a thenable.
  let manager: KurentoObject | undefined;
  const ask = <T>(what: string, method: string, params: Record<string, unknown>): Promise<T> =>
    run(what, (callback) => void manager?.emit('_rpc', undefined, method, params, callback));
  try {
    await run('finding the server manager', (callback) => {
      client.getServerManager((error, result) => {
        manager = result as KurentoObject;
        callback(error, undefined);
      });
    });
    const { value: pipelines } = await ask<{ value: string[] }>('listing pipelines', 'invoke', {
      object: 'manager_ServerManager',
      operation: 'getPipelines',
      operationParams: {},
    });
    for (const id of pipelines) await ask('release', 'release', { object: id });
    if (pipelines.length > 0)
      logger.warn({ fact: 'pipelines of an earlier run released', count: pipelines.length });
  } catch (error) {
    logger.warn({ fact: 'leftovers not released', reason: errorMessage(error) });
  }
}
