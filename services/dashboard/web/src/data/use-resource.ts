/**
 * REST resources for screens. The first part of a key is the entity the server names when it changes:
 *
 *   const rules = useResource<RuleList>(['notifications', 'rules'], '/api/notifications/rules');
 *   const save = useAction({
 *     run: (rule: Rule) => rest.put(`/api/notifications/rules/${rule.id}`, rule),
 *     done: t.saved,
 *     changes: ['notifications'],
 *   });
 *   save.run(rule);       // a toast tells of success and of failure
 *
 * `useQuery`, `useInfiniteQuery` and `useMutation` of @tanstack/react-query work everywhere below the shell as well.
 */
import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { failureText, rest, type ApiFailure } from '../api.ts';
import { toast } from '../ui/toast-store.ts';

export type ResourceKey = readonly [entity: string, ...rest: readonly unknown[]];

/** @param path null: not yet known what to ask for */
export function useResource<T>(key: ResourceKey, path: string | null): UseQueryResult<T, ApiFailure> {
  return useQuery<T, ApiFailure>({
    queryKey: key,
    queryFn: ({ signal }) => rest.get<T>(path ?? '', signal),
    enabled: path !== null,
  });
}

/** A list by pages: `path` makes the address of the page behind a cursor (null: the first one). */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- said by the caller, as of every resource
export function usePages<Page extends { readonly nextCursor: string | null }>(
  key: ResourceKey,
  path: (cursor: string | null) => string,
) {
  return useInfiniteQuery<Page, ApiFailure, { pages: Page[] }, ResourceKey, string | null>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => rest.get<Page>(path(pageParam), signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

interface ActionSpec<In, Out> {
  readonly run: (input: In) => Promise<Out>;
  /** Said when it worked; nothing: the screen shows it by itself. */
  readonly done?: string | ((result: Out, input: In) => string);
  /** Entities to fetch again without waiting for the stream. */
  readonly changes?: readonly string[];
  readonly onDone?: (result: Out, input: In) => void;
  /** False: the form shows the failure itself (`failure`). */
  readonly tellFailure?: boolean;
}

/** Something a person sets off that changes the server. */
export function useAction<In = void, Out = unknown>(spec: ActionSpec<In, Out>) {
  const client = useQueryClient();
  const mutation = useMutation<Out, unknown, In>({
    mutationFn: spec.run,
    onSuccess: (result, input) => {
      for (const entity of spec.changes ?? []) void client.invalidateQueries({ queryKey: [entity] });
      const { done } = spec;
      if (done !== undefined) toast.good(typeof done === 'string' ? done : done(result, input));
      spec.onDone?.(result, input);
    },
    onError: (error) => {
      if (spec.tellFailure !== false) toast.bad(failureText(error));
    },
  });
  return {
    run: mutation.mutate,
    /** For forms: rejects with what went wrong. */
    runAsync: mutation.mutateAsync,
    busy: mutation.isPending,
    failure: mutation.error === null ? null : failureText(mutation.error),
    reset: mutation.reset,
  };
}
