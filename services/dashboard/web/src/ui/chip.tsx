/** Chips: `FilterChip` is pressed or not, `RemovableChip` is a filter in force that a press takes away. */
import type { ReactNode } from 'react';
import { t } from '../messages.ts';
import { CloseIcon } from './icons.tsx';

interface FilterChipProps {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

export function FilterChip({ pressed, onPress, icon, children }: FilterChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={pressed} onClick={onPress}>
      {icon}
      {children}
    </button>
  );
}

interface RemovableChipProps {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onRemove: () => void;
}

export function RemovableChip({ label, icon, onRemove }: RemovableChipProps) {
  return (
    <button type="button" className="chip chip-set" aria-label={t.kit.clear(label)} onClick={onRemove}>
      {icon}
      {label}
      <CloseIcon className="chip-close" />
    </button>
  );
}

/** Chips side by side, wrapping; `label` says what they choose. */
export function Chips({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {children}
    </div>
  );
}
