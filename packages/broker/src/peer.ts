/** Who is at the other end of a socket, before and after CONNECT. */
import type { Duplex } from 'node:stream';
import type { Client } from 'aedes';
import type { ConnectionInfo } from './connections.ts';
import type { Zone } from './limits.ts';

export interface Peer {
  readonly zone: Zone;
  readonly ipAddress: string;
  readonly port: number;
  readonly listenerPort: number;
  /** CN of the certificate on the camera listener ('' without one); on the inner one the user, once proven. */
  userName: string;
  /** From CONNECT on. */
  connection?: ConnectionInfo;
  /** Why the connection ended, when we know better than "closed". */
  endReason?: string;
}

const peers = new WeakMap<Duplex, Peer>();

export function introducePeer(socket: Duplex, peer: Peer): void {
  peers.set(socket, peer);
}

export function peerOf(client: Client): Peer | undefined {
  return peers.get(client.conn);
}
