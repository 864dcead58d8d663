/** One of a few, all in view: `RadioGroup` one below the other with a hint each, `Segmented` side by side. */
import { RadioGroup as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
}

interface ChoiceProps<Value extends string> {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  /** Null: nothing yet. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

export function RadioGroup<Value extends string>({
  label,
  choices,
  value,
  onChange,
  disabled,
}: ChoiceProps<Value>) {
  const id = useId();
  return (
    <Radix.Root
      className="radios"
      aria-label={label}
      value={value}
      disabled={disabled === true}
      onValueChange={(next) => onChange(next as Value)}
    >
      {choices.map((choice) => (
        <div key={choice.value} className="radio">
          <Radix.Item
            id={`${id}-${choice.value}`}
            className="radio-dot"
            value={choice.value}
            disabled={choice.disabled === true}
          >
            <Radix.Indicator className="radio-mark" />
          </Radix.Item>
          <label htmlFor={`${id}-${choice.value}`}>
            <span className="radio-label">
              {choice.icon}
              {choice.label}
            </span>
            {choice.hint !== undefined && <span className="hint">{choice.hint}</span>}
          </label>
        </div>
      ))}
    </Radix.Root>
  );
}

export function Segmented<Value extends string>({
  label,
  choices,
  value,
  onChange,
  disabled,
}: ChoiceProps<Value>) {
  return (
    <Radix.Root
      className="segmented"
      orientation="horizontal"
      aria-label={label}
      value={value}
      disabled={disabled === true}
      onValueChange={(next) => onChange(next as Value)}
    >
      {choices.map((choice) => (
        <Radix.Item
          key={choice.value}
          className="segment"
          value={choice.value}
          disabled={choice.disabled === true}
        >
          {choice.icon}
          <span>{choice.label}</span>
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
