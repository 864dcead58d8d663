/** What a rule would have sent in the last week, with the other rules as they are. Sends nothing. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import type { DryRunResult, NotificationRule, Notifications } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { t } from './words.ts';

interface DryRunProps {
  readonly notifications: Notifications;
  readonly cameraId: string | null;
  readonly rule: NotificationRule;
  readonly disabled: boolean;
}

const weekMs = 7 * 86_400_000;
const reasons = ['switched-off', 'quiet-hours', 'cooldown', 'snoozed'] as const;

export function DryRun({ notifications, cameraId, rule, disabled }: DryRunProps) {
  const [result, setResult] = useState<DryRunResult | null>(null);
  const { house, cameras } = notifications;
  const run = useAction({
    run: () => {
      const now = Date.now();
      return rest.post<DryRunResult>('/api/notifications/dry-run', {
        house: cameraId === null ? rule : house,
        cameras: cameraId === null ? cameras : { ...cameras, [cameraId]: rule },
        from: new Date(now - weekMs).toISOString(),
        to: new Date(now).toISOString(),
      });
    },
    onDone: setResult,
  });
  return (
    <div className="dry-run">
      <Button small busy={run.busy} disabled={disabled} onClick={() => run.run()}>
        {t.tryOut}
      </Button>
      {result !== null && (
        <p role="status">
          {t.dryRun(result.messages, result.facts)}{' '}
          <span className="hint">
            {reasons
              .filter((reason) => result.suppressed[reason] > 0)
              .map((reason) => t.suppressed[reason](result.suppressed[reason]))
              .join(', ')}
          </span>
        </p>
      )}
    </div>
  );
}
