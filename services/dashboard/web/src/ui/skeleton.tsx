/** Grey shapes in the place of what is on its way. Shown after a moment only, so that quick answers do not flicker. */
import { t } from '../messages.ts';

interface SkeletonProps {
  /** How many lines. */
  readonly lines?: number;
  /** `card` and `list` for what is laid out so. */
  readonly shape?: 'lines' | 'list' | 'cards';
}

export function Skeleton({ lines = 3, shape = 'lines' }: SkeletonProps) {
  return (
    <div className={`skeleton skeleton-${shape}`} role="status">
      <span className="visually-hidden">{t.loading}</span>
      {Array.from({ length: lines }, (_none, index) => (
        <span key={index} className="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}
