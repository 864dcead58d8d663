/** Marks on events, one or many: calls the server and says in words what came of it. */
import { useQueryClient } from '@tanstack/react-query';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import type { BulkResult } from '../types.ts';
import { t } from './words.ts';

export type Mark = 'reviewed' | 'unreviewed' | 'keep' | 'unkeep' | 'delete';

export interface Marking {
  readonly mark: Mark;
  readonly eventIds: readonly string[];
}
/** The server takes so many at once. */
const most = 500;

async function markAll({ mark, eventIds }: Marking): Promise<BulkResult['results']> {
  const results: BulkResult['results'] = [];
  for (let at = 0; at < eventIds.length; at += most) {
    const body = { eventIds: eventIds.slice(at, at + most) };
    results.push(...(await rest.post<BulkResult>(`/api/review/${mark}`, body)).results);
  }
  return results;
}

function sentence(results: BulkResult['results'], { mark }: Marking): string {
  const count = (outcome: string): number => results.filter((each) => each.outcome === outcome).length;
  const kept = count('kept');
  const said = t.marked[mark](count('done'));
  return kept === 0 ? said : `${said} ${t.sparedKept(kept)}`;
}

export function useMarkEvents(onDone?: (marking: Marking) => void) {
  const client = useQueryClient();
  return useAction<Marking, BulkResult['results']>({
    run: markAll,
    done: sentence,
    onDone: (_results, marking) => {
      void client.invalidateQueries({
        queryKey: ['review'],
        // What is deleted is not asked after any more; the stream takes it off the screen.
        predicate: ({ queryKey }) => marking.mark !== 'delete' || queryKey[1] !== 'event',
      });
      onDone?.(marking);
    },
  });
}
