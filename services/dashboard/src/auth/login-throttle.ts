/**
 * Slows guessing: failed log-ins are counted per account and per address (settled by the owner's needs: ten wrong
 * tries are a person, more are not). Counts are in memory: a restart forgives, which no attacker from the LAN can cause.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const windowSeconds = 15 * 60;
const perAccount = 10;
const perAddress = 30;

export interface LoginThrottle {
  /**
   * Counts a try before its password is checked, so that tries sent together cannot slip through. Undefined: go on;
   * else seconds to wait.
   */
  take(username: string, address: string): Promise<number | undefined>;
  /** The try was right: it does not count, and the account's slate is clean. */
  succeeded(username: string, address: string): Promise<void>;
}

export function createLoginThrottle(): LoginThrottle {
  const accounts = new RateLimiterMemory({ points: perAccount, duration: windowSeconds });
  const addresses = new RateLimiterMemory({ points: perAddress, duration: windowSeconds });
  const waitOf = async (limiter: RateLimiterMemory, key: string): Promise<number | undefined> => {
    try {
      await limiter.consume(key);
      return undefined;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  };
  return {
    take: async (username, address) => {
      const addressWait = await waitOf(addresses, address);
      if (addressWait !== undefined) return addressWait;
      const accountWait = await waitOf(accounts, username);
      // Refused without a look at the password: not a failure of this address.
      if (accountWait !== undefined) await addresses.reward(address);
      return accountWait;
    },
    succeeded: async (username, address) => {
      await addresses.reward(address);
      await accounts.delete(username);
    },
  };
}
