/** What every object of the media server may use of the server it lives in. */
import type { Logger } from '@apiary/base/logger';
import type { PortRange } from '../rtp/port-range.ts';

export interface Context {
  readonly logger: Logger;
  /** Address written into answers to cameras. */
  readonly address: string;
  /** Host candidates offered to viewers; nothing else is ever announced. */
  readonly candidateAddresses: readonly string[];
  /** Where media sockets are bound. */
  readonly bindAddress: string;
  readonly ports: PortRange;
  /** The one UDP port of all viewers. */
  readonly viewerPort: number;
  /** Sends an event to a session, if it has a socket now. */
  deliver(sessionId: string, object: string, type: string, data: unknown): void;
  register(object: RegisteredObject): void;
  forget(object: RegisteredObject): void;
}

export interface RegisteredObject {
  readonly id: string;
}
