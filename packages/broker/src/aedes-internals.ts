/**
 * The parts of aedes 1.2.0 that are not public and that we cannot do without. The version is pinned; the wire tests
 * tell when one of them moves.
 */
import type { Aedes, Client } from 'aedes';

interface Parser {
  parse(chunk: Buffer): number;
  readonly packet: { readonly length: number };
}
interface ClientInternals {
  readonly _parser: Parser;
  readonly _disconnected: boolean;
  will: object | null;
  waitForDrain: (callback: (error: null, client: Client) => void) => void;
}
const internals = (client: Client): ClientInternals => client as unknown as ClientInternals;

/** The parser would collect a packet of any length: end the connection as soon as its header says too much. */
export function limitPacketSize(client: Client, maxBytes: number, onTooLarge: () => void): void {
  const parser = internals(client)._parser;
  const parse = parser.parse.bind(parser);
  parser.parse = (chunk) => {
    const rest = parse(chunk);
    if (parser.packet.length > maxBytes && !client.closed) {
      onTooLarge();
      client.emit('error', new Error(`packet of ${parser.packet.length} bytes, ${maxBytes} are allowed`));
    }
    return rest;
  };
}

/**
 * A publisher waits for every subscriber its message goes to: one that stopped reading would hold up all cameras for
 * aedes's drain timeout of 60 s. Sockets buffer instead, and `authorizeForward` drops beyond a bound.
 */
export function neverWaitForDrain(client: Client): void {
  internals(client).waitForDrain = (callback) => {
    setImmediate(callback, null, client);
  };
}

/** The client said DISCONNECT. */
export const leftProperly = (client: Client): boolean => internals(client)._disconnected;

export function dropWill(client: Client): void {
  internals(client).will = null;
}

/** aedes registers a client that closed while its CONNECT was under way, and never forgets it. */
export function forgetClosedClient(broker: Aedes, client: Client): void {
  (broker as unknown as { unregisterClient(client: Client): void }).unregisterClient(client);
}
