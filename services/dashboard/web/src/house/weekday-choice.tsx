/** Which days of the week: seven boxes in a row. */
import { Checkbox } from '../ui/checkbox.tsx';
import { longDay, weekdays } from './weekdays.ts';
import './house.css';

interface WeekdayChoiceProps {
  readonly days: readonly number[];
  readonly onChange: (days: number[]) => void;
}

export function WeekdayChoice({ days, onChange }: WeekdayChoiceProps) {
  return (
    <div className="weekdays">
      {weekdays.map((day) => (
        <Checkbox
          key={day}
          label={longDay(day)}
          checked={days.includes(day)}
          onChange={(on) => onChange(weekdays.filter((one) => (one === day ? on : days.includes(one))))}
        />
      ))}
    </div>
  );
}
