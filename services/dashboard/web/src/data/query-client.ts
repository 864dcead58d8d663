/**
 * The cache of REST resources. Nothing is polled: the server tells what changed (`changed` of the stream), and the
 * queries whose key begins with that entity are fetched again; after a cut of the stream all of them are.
 */
import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from '../api.ts';
import { getState, subscribe } from '../store/store.ts';
import { onResourceChange } from './changes.ts';

/** Several changes at once are one fetch. */
const collectMs = 60;
const maxTries = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // What the server said no to is not asked twice.
      retry: (tries, error) => error instanceof ApiFailure && error.status === 0 && tries < maxTries,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

const waiting = new Set<string>();
let everything = false;
let timer: ReturnType<typeof setTimeout> | undefined;

onResourceChange(({ entity }) => {
  if (entity === null) everything = true;
  else waiting.add(entity);
  timer ??= setTimeout(() => {
    timer = undefined;
    if (everything) void queryClient.invalidateQueries();
    else for (const one of waiting) void queryClient.invalidateQueries({ queryKey: [one] });
    everything = false;
    waiting.clear();
  }, collectMs);
});

// The next user of this browser is not shown what the last one was.
subscribe(() => {
  if (getState().phase === 'logged-out') queryClient.clear();
});
