/** Looks every few seconds whether something of the house is due. A failed look is repeated by the next one. */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { House } from './house.ts';

const everyMs = 5000;

export interface HouseClock {
  /** Resolves when the look under way has ended. */
  stop(): Promise<void>;
}

export function startHouseClock(house: Pick<House, 'tick'>, logger: Logger): HouseClock {
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      await house.tick();
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ fact: 'house not looked after', reason: errorMessage(error) });
      failing = true;
    }
    if (!stopped) timer = setTimeout(start, everyMs);
  };
  const start = (): void => {
    looking = look();
  };
  start();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
