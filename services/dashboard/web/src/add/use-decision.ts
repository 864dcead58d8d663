/** Approves or blocks an id that asked. */
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t } from './words.ts';

interface Decision {
  readonly id: string;
  readonly decision: 'approve' | 'block';
}

export const useDecision = (onDone?: () => void) =>
  useAction({
    run: ({ id, decision }: Decision) => rest.post(`/api/unclaimed/${encodeURIComponent(id)}/${decision}`),
    done: (_result, { decision }) =>
      decision === 'approve' ? t.unclaimed.approvedDone : t.unclaimed.blockedDone,
    changes: ['unclaimed'],
    ...(onDone === undefined ? {} : { onDone }),
  });
