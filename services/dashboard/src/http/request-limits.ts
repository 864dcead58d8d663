/**
 * What API tokens may ask in a minute, and how often one may guess at a secret that is no password (a token, a share
 * link). In memory: a restart forgives.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Response } from 'express';
import { AppError } from '@apiary/base/errors';

const requestsPerMinute = 600;
const wrongSecretsPerWindow = 30;
const windowSeconds = 15 * 60;

export interface RequestLimits {
  /** @throws AppError 429 when this token asked too much */
  countToken(tokenId: string, response: Response): Promise<void>;
  /** @throws AppError 429 when too many wrong secrets came from this address */
  assertMayTry(address: string, response: Response): Promise<void>;
  countWrongSecret(address: string): Promise<void>;
}

export function createRequestLimits(): RequestLimits {
  const tokens = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  const wrong = new RateLimiterMemory({ points: wrongSecretsPerWindow, duration: windowSeconds });
  return {
    countToken: async (tokenId, response) => {
      try {
        await tokens.consume(tokenId);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw tooMany(refusal, response, 'Too many requests.');
        throw refusal;
      }
    },
    assertMayTry: async (address, response) => {
      const count = await wrong.get(address);
      if (count !== null && count.consumedPoints >= wrongSecretsPerWindow)
        throw tooMany(count, response, 'Too many wrong tries.');
    },
    countWrongSecret: async (address) => {
      await wrong.penalty(address);
    },
  };
}

function tooMany({ msBeforeNext }: RateLimiterRes, response: Response, what: string): AppError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  response.set('Retry-After', String(seconds));
  return new AppError(429, 'too_many_requests', `${what} Wait ${seconds} s.`);
}
