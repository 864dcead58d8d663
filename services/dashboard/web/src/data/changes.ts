/** Passes on which resources the server says have changed: from the live link to whoever holds copies of them. */

export interface ResourceChange {
  /** First part of the keys of the queries concerned, such as `house`; null: anything may have changed. */
  readonly entity: string | null;
  readonly keys: readonly string[];
}

const listeners = new Set<(change: ResourceChange) => void>();

export function onResourceChange(listener: (change: ResourceChange) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellResourceChange(change: ResourceChange): void {
  for (const listener of listeners) listener(change);
}
