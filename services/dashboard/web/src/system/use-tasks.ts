/** Work of the janitor: the newest of each kind, and asking for more. Its end comes by the stream (`changed` of `system`). */
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import type { StorageTask, StorageTasks } from '../types.ts';
import { t } from './words.ts';

export type TaskKind = StorageTask['kind'];

export const useTasks = () => useResource<StorageTasks>(['system', 'tasks'], '/api/storage/tasks');

export const taskOf = (data: StorageTasks, kind: TaskKind): StorageTask | undefined =>
  data.tasks.find((task) => task.kind === kind);

export const isOpen = (task: StorageTask | undefined): boolean =>
  task !== undefined && task.finishedAt === null;

export const useRequest = (onDone?: () => void) =>
  useAction({
    run: (kind: TaskKind) => rest.post<StorageTask>('/api/storage/tasks', { kind }),
    done: t.storage.asked,
    changes: ['system'],
    ...(onDone !== undefined && { onDone }),
  });

interface Found {
  readonly count: number;
  readonly examples: readonly string[];
}
/** As the janitor writes it (services/config-server/src/janitor/orphans.ts). */
export interface OrphansFound {
  readonly filesWithoutRows: Found & { readonly bytes: number };
  readonly rowsWithoutFiles: Found;
}

/** What a finished look or tidying found; undefined: it has found nothing to tell of yet. */
export const orphansOf = ({ result }: StorageTask): OrphansFound | undefined =>
  result !== null && 'filesWithoutRows' in result ? (result as unknown as OrphansFound) : undefined;
