/** Nothing to show: says so, why, and what to do next. */
import type { ReactNode } from 'react';

interface NothingProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly hint?: ReactNode;
  /** Buttons or links. */
  readonly actions?: ReactNode;
  /** 1 where it is all there is on the screen. */
  readonly level?: 1 | 2;
}

export function Nothing({ icon, title, hint, actions, level = 2 }: NothingProps) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className="nothing">
      {icon !== undefined && <div className="nothing-art">{icon}</div>}
      <Heading>{title}</Heading>
      {hint !== undefined && <p className="hint">{hint}</p>}
      {actions !== undefined && <div className="nothing-actions">{actions}</div>}
    </div>
  );
}
