/** How long a preset is to hold: until the next switch, some hours, or a time. Times are of the reader's clock. */
import { useState } from 'react';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { t } from './words.ts';

export interface Until {
  /** Null: until the next switch. */
  readonly at: Date | null;
  /** A time was asked for that is not ahead. */
  readonly wrong: boolean;
}

const hourMs = 3_600_000;
const choices = [
  { value: 'next', label: t.forever },
  ...[1, 4, 8].map((hours) => ({ value: String(hours), label: t.hours(hours) })),
  { value: 'tomorrow', label: t.tomorrow },
  { value: 'at', label: t.at },
];

export function UntilField({ onChange }: { readonly onChange: (until: Until) => void }) {
  const [choice, setChoice] = useState('next');
  const [time, setTime] = useState('');
  const wrong = choice === 'at' && !(Date.parse(time) > Date.now());
  const tell = (nextChoice: string, nextTime: string): void => {
    setChoice(nextChoice);
    setTime(nextTime);
    onChange(untilOf(nextChoice, nextTime));
  };
  return (
    <div className="until-field">
      <Field label={t.howLong}>
        {(control) => (
          <Select {...control} options={choices} value={choice} onChange={(value) => tell(value, time)} />
        )}
      </Field>
      {choice === 'at' && (
        <Field label={t.untilTime} error={time !== '' && wrong ? t.untilPast : null}>
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              value={time}
              onChange={(event) => tell(choice, event.target.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function untilOf(choice: string, time: string): Until {
  if (choice === 'next') return { at: null, wrong: false };
  if (choice === 'at') {
    const at = new Date(time);
    return at.getTime() > Date.now() ? { at, wrong: false } : { at: null, wrong: true };
  }
  if (choice === 'tomorrow') {
    const at = new Date();
    at.setDate(at.getDate() + 1);
    at.setHours(8, 0, 0, 0);
    return { at, wrong: false };
  }
  return { at: new Date(Date.now() + Number(choice) * hourMs), wrong: false };
}
