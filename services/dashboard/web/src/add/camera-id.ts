/** The id of a camera as a person types it. */
import { changeQuery } from '../router/router.ts';

/** Undefined: not an id. */
export function cameraIdOf(text: string): string | undefined {
  const id = text.trim().toUpperCase();
  return /^[0-9A-F]{32}$/.test(id) ? id : undefined;
}

/** Null: no camera any more. */
export const followCamera = (id: string | null): void => changeQuery({ id });
