/**
 * Carries out what people ask for in a chat: the notifier, which has no right on the broker, writes a row, and the house
 * is set as if by the page. `arm` is the preset `away`, `disarm` is `home`. An old row is left alone: its asker was told
 * that nothing happened.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { listenOn, type DatabaseAddress, type Queryable } from '@apiary/database';
import { listCameras } from '@apiary/database/camera-queries';
import {
  finishHouseRequest,
  takeHouseRequests,
  type HouseOutcome,
  type HouseRequest,
} from '@apiary/database/house-request-repository';
import type { CameraTold, House } from '../house/house.ts';

export interface HouseRequestsParts {
  readonly db: Queryable;
  readonly address: DatabaseAddress;
  readonly house: Pick<House, 'set'>;
  readonly logger: Logger;
}

/** Longer than the notifier waits, so that its clock and ours need not agree; it withdraws what it gives up. */
const maxAgeSeconds = 30;
const presets = { arm: 'away', disarm: 'home' } as const;

export interface HouseRequests {
  /** Resolves when what was begun has ended. */
  stop(): Promise<void>;
}

export function serveHouseRequests(parts: HouseRequestsParts): HouseRequests {
  let line: Promise<void> = Promise.resolve();
  const look = (): void => {
    line = line.then(async () => {
      try {
        for (const request of await takeHouseRequests(parts.db, maxAgeSeconds))
          await carryOut(parts, request);
      } catch (error) {
        parts.logger.warn({ fact: 'requests of the chat not served', reason: errorMessage(error) });
      }
    });
  };
  const listener = listenOn('house_requests', parts.address, parts.logger, { onNotice: look, onGap: look });
  return {
    stop: async () => {
      await listener.stop();
      await line;
    },
  };
}

async function carryOut({ db, house, logger }: HouseRequestsParts, request: HouseRequest): Promise<void> {
  const { requestId, wish, askedBy } = request;
  let outcome: HouseOutcome;
  try {
    const told = await house.set(presets[wish], undefined, { username: askedBy, address: '' });
    outcome = await summaryOf(db, told);
  } catch (error) {
    logger.warn({ fact: 'house not set for the chat', wish, reason: errorMessage(error) });
    outcome = { told: 0, later: 0, failed: [], error: errorMessage(error) };
  }
  await finishHouseRequest(db, requestId, outcome);
}

async function summaryOf(db: Queryable, told: readonly CameraTold[]): Promise<HouseOutcome> {
  const names = new Map((await listCameras(db)).map(({ cameraId, cameraName }) => [cameraId, cameraName]));
  const count = (outcome: CameraTold['outcome']): number =>
    told.filter((each) => each.outcome === outcome).length;
  return {
    told: count('sent') + count('unchanged'),
    later: count('stored'),
    failed: told
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ cameraId }) => names.get(cameraId) ?? cameraId.slice(0, 8)),
  };
}
