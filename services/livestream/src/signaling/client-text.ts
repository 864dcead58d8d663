/** Reads what a client sends: one JSON text a message. */
import { clientMessage, type ClientMessage } from '@apiary/contract';
import type { RawData } from 'ws';

/** The message, or what is wrong with it as text. */
export function parseClientText(data: RawData): ClientMessage | string {
  let value: unknown;
  try {
    // ws hands text over in one Buffer, unless told otherwise.
    value = JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return notJson;
  }
  const result = clientMessage.safeParse(value);
  if (result.success) return result.data;
  return result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

export const notJson = 'A message must be JSON.';
