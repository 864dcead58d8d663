/** On or off, in force at once. Within a form that is sent later a checkbox is right instead. */
import { Switch as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly name?: string;
  /** Without a visible label beside it. */
  readonly 'aria-label'?: string;
  readonly 'aria-labelledby'?: string;
  readonly id?: string;
  readonly 'aria-describedby'?: string | undefined;
}

export function Switch({ onChange, ...rest }: SwitchProps) {
  return (
    <Radix.Root {...rest} className="switch-track" onCheckedChange={onChange}>
      <Radix.Thumb className="switch-thumb" />
    </Radix.Root>
  );
}

interface SwitchRowProps extends SwitchProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** A line with its switch at the end; a press on the words counts too. */
export function SwitchRow({ label, hint, ...rest }: SwitchRowProps) {
  const id = useId();
  return (
    <div className="row">
      <label className="row-text" htmlFor={id}>
        <span>{label}</span>
        {hint !== undefined && (
          <span className="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </label>
      <Switch {...rest} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} />
    </div>
  );
}
