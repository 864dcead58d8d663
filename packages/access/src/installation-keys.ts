/** What is derived from the session secret: keyed hashes of secrets handed out, and names of our cookies. */
import { createHash, createHmac } from 'node:crypto';

/** A secret handed out is known to the database only as this. */
export const keyedHash = (secret: string, token: string): Buffer =>
  createHmac('sha256', secret).update(token).digest();

/** Cookies know no ports: two installations on one host would log each other out under one name. */
export const cookiePrefix = (secret: string): string =>
  `__Host-apiary-${createHash('sha256').update(`cookie name ${secret}`).digest('hex').slice(0, 8)}`;

/** All our cookies: out of reach of scripts, of other hosts and of requests that other sites start. */
export const cookieRules = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;
