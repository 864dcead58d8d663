/** How far long work is; without a value: that it goes on. */
import { Progress as Radix } from 'radix-ui';
import { t } from '../messages.ts';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; null: not known. */
  readonly value: number | null;
  readonly tone?: 'accent' | 'good' | 'warn' | 'bad';
}

export function Progress({ label, value, tone = 'accent' }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <Radix.Root
      className={`progress progress-${tone}`}
      aria-label={label}
      value={percent}
      getValueLabel={(now) => t.kit.progress(now)}
    >
      <Radix.Indicator
        className="progress-bar"
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </Radix.Root>
  );
}
