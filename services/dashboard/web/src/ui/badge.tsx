/** A word about the state of something. The tone underlines it and never says it alone. */
import type { ReactNode } from 'react';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, children }: BadgeProps) {
  return (
    <span className={`badge badge-${tone}`}>
      {icon}
      {children}
    </span>
  );
}

/** How many wait; nothing for none. */
export function CountBadge({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return <span className="count-badge">{count > 99 ? '99+' : count}</span>;
}
