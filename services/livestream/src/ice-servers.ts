/**
 * Servers a viewer may use to find a way: our TURN relay alone, no STUN server on the internet. Credentials are minted
 * for each viewer and last minutes (coturn `use-auth-secret`, draft-uberti-behave-turn-rest); they go out in signalling
 * and are never logged.
 */
import { createHmac } from 'node:crypto';
import type { IceServer } from '@apiary/contract';

export interface RelayOptions {
  /** Where viewers reach the relay: the LAN address, and the public one if there is one. */
  readonly addresses: readonly string[];
  /** A name the relay's certificate holds. */
  readonly tlsName: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly secret: string;
}

export const turnCredentialSeconds = 600;

/** `viewer` becomes part of the user name coturn logs: an id, never a name of a person. */
export function turnCredential(
  secret: string,
  viewer: string,
  nowMs: number,
): { username: string; credential: string } {
  const username = `${Math.floor(nowMs / 1000) + turnCredentialSeconds}:${viewer}`;
  // HMAC-SHA-1 is what coturn checks; it signs a name that is of no use after minutes.
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

export function iceServers(relay: RelayOptions | undefined, viewer: string, nowMs: number): IceServer[] {
  if (relay === undefined) return [];
  const { addresses, port, tlsName, tlsPort } = relay;
  const urls = [
    ...addresses.flatMap((address) => [
      `turn:${address}:${port}?transport=udp`,
      `turn:${address}:${port}?transport=tcp`,
    ]),
    `turns:${tlsName}:${tlsPort}?transport=tcp`,
  ];
  return [{ urls, ...turnCredential(relay.secret, viewer, nowMs) }];
}
