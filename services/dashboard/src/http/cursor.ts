/** Cursors of keyset lists: opaque to the caller, a position for us, refused when they are not one of ours. */
import type { z } from 'zod';
import { badRequest } from '@apiary/base/errors';

export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws AppError 400 `bad_cursor` */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success) throw badRequest('bad_cursor', 'The cursor is not one this list gave.');
  return result.data;
}
