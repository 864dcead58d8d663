/** A value on a scale, for those where the exact figure matters little. */
import { Slider as Radix } from 'radix-ui';

interface SliderProps {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Once the person has let go. */
  readonly onCommit?: (value: number) => void;
  /** The value in words, for screen readers. */
  readonly valueText?: string;
  readonly disabled?: boolean;
}

export function Slider({ label, value, onChange, onCommit, valueText, step = 1, ...rest }: SliderProps) {
  return (
    <Radix.Root
      {...rest}
      className="slider"
      step={step}
      value={[value]}
      onValueChange={([next]) => next !== undefined && onChange(next)}
      onValueCommit={([next]) => next !== undefined && onCommit?.(next)}
    >
      <Radix.Track className="slider-track">
        <Radix.Range className="slider-range" />
      </Radix.Track>
      <Radix.Thumb className="slider-thumb" aria-label={label} aria-valuetext={valueText} />
    </Radix.Root>
  );
}
