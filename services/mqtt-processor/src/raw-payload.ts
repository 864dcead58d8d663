/** What is kept of a message's bytes in `status_events.raw_payload`: JSON that PostgreSQL can always store, bounded. */
import type { JsonObject } from '@apiary/contract';

/** Longer payloads are cut: a camera's messages are a few hundred bytes. */
const maxKeptBytes = 16 * 1024;
const excerptBytes = 1024;

/** JSON text. `decoded` is the cleaned object, where the payload was one. */
export function rawPayload(payload: Buffer, decoded: JsonObject | undefined): string {
  if (decoded !== undefined && payload.length <= maxKeptBytes) return JSON.stringify(decoded);
  return JSON.stringify({
    unreadable: decoded === undefined,
    bytes: payload.length,
    text: printable(payload.subarray(0, excerptBytes)),
  });
}

function printable(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll('\0', '\uFFFD').toWellFormed();
}
