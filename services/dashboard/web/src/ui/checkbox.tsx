/** One yes or no of a form or a list. `mixed`: some of what it stands for. */
import { Checkbox as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { CheckIcon, MinusIcon } from './icons.tsx';

interface CheckboxProps {
  readonly checked: boolean | 'mixed';
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly name?: string;
  /** Shown beside it; `hidden` for screen readers only. */
  readonly label: ReactNode;
  readonly labelHidden?: boolean;
  readonly hint?: ReactNode;
}

export function Checkbox({ checked, onChange, label, labelHidden = false, hint, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div className="checkbox">
      <Radix.Root
        {...rest}
        id={id}
        className="checkbox-box"
        checked={checked === 'mixed' ? 'indeterminate' : checked}
        onCheckedChange={(next) => onChange(next === true)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      >
        <Radix.Indicator>{checked === 'mixed' ? <MinusIcon /> : <CheckIcon />}</Radix.Indicator>
      </Radix.Root>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : undefined}>
        {label}
        {hint !== undefined && (
          <span className="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </label>
    </div>
  );
}
