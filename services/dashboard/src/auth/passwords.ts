/**
 * Passwords as argon2id (OWASP: 19 MiB, 2 passes, 1 lane). A check costs memory and CPU on purpose, so only a few run
 * at a time and few may wait: a flood of log-ins must not starve the rest of the service.
 */
import argon2 from 'argon2';
import { AppError } from '@apiary/base/errors';

const options = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2;
const mayWait = 64;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False for an unknown user (undefined hash) too, after the same work. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}

export async function createPasswords(): Promise<Passwords> {
  const bounded = boundedConcurrency();
  // Somebody's unknown password: checked for unknown users, so that the time tells nothing.
  const decoy = await argon2.hash(crypto.randomUUID(), options);
  return {
    hash: (password) => bounded(() => argon2.hash(password, options)),
    verify: (hash, password) =>
      bounded(async () => {
        const matches = await argon2.verify(hash ?? decoy, password);
        return hash !== undefined && matches;
      }),
  };
}

function boundedConcurrency(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mayWait) throw new AppError(503, 'busy', 'Too many log-ins at once; try again.');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      // Hands the place to the next in line, or gives it back.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
