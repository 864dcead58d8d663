/** A button that is an icon. Apart from button.tsx since its tooltip is no part of the first paint. */
import type { ComponentProps } from 'react';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends ComponentProps<'button'> {
  /** Its name: read by screen readers, shown beside it on hover and focus. */
  readonly label: string;
}

export function IconButton({ label, className = '', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button type="button" aria-label={label} {...rest} className={`icon-button ${className}`} />
    </Tooltip>
  );
}
