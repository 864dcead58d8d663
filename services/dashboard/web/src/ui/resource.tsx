/** What a query brought, or its skeleton, or its failure: `<Resource of={rules}>{(rules) => …}</Resource>`. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNote } from './error-note.tsx';
import { Skeleton } from './skeleton.tsx';

interface ResourceProps<T> {
  readonly of: UseQueryResult<T>;
  readonly skeleton?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

export function Resource<T>({ of, skeleton = <Skeleton />, children }: ResourceProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.isError)
    return <ErrorNote error={of.error} busy={of.isFetching} onRetry={() => void of.refetch()} />;
  return skeleton;
}
