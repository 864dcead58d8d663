/** Holds the state and tells who listens. The only mutable thing of the page beside the DOM. */
import { useSyncExternalStore } from 'react';
import { reduce } from './reducer.ts';
import { initialState, type Action, type State } from './state.ts';

let state = initialState;
const listeners = new Set<() => void>();

export const getState = (): State => state;

export function dispatch(action: Action): void {
  const next = reduce(state, action);
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useAppState = (): State => useSyncExternalStore(subscribe, getState);
