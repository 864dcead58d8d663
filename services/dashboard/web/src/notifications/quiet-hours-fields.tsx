/** Stretches of the day without alerts: those of the level above, or a list of one's own. */
import { WeekdayChoice } from '../house/weekday-choice.tsx';
import { weekdays } from '../house/weekdays.ts';
import type { NotificationRule } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Segmented } from '../ui/choice.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon, PlusIcon } from '../ui/icons.tsx';
import { t } from './words.ts';

type QuietHours = NonNullable<NotificationRule['quietHours']>[number];

interface QuietHoursFieldsProps {
  readonly zone: string;
  /** Undefined: those of the level above. */
  readonly quietHours: readonly QuietHours[] | undefined;
  readonly onChange: (quietHours: QuietHours[] | undefined) => void;
}

const usual: QuietHours = { weekdays: [...weekdays], from: '22:00', to: '07:00' };

export function QuietHoursFields({ zone, quietHours, onChange }: QuietHoursFieldsProps) {
  const replace = (at: number, part: Partial<QuietHours>): void =>
    onChange(quietHours?.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <Fields legend={t.quietHours} hint={t.quietHoursHint(zone)}>
      <Segmented
        label={t.quietHours}
        choices={[
          { value: 'above', label: t.quietAbove },
          { value: 'own', label: t.quietOwn },
        ]}
        value={quietHours === undefined ? 'above' : 'own'}
        onChange={(which) => onChange(which === 'above' ? undefined : [])}
      />
      {quietHours?.map((one, index) => (
        <div key={index} className="quiet-hours">
          <Field label={t.from}>
            {(control) => (
              <input
                {...control}
                type="time"
                required
                value={one.from}
                onChange={({ target }) => target.value !== '' && replace(index, { from: target.value })}
              />
            )}
          </Field>
          <Field label={t.to}>
            {(control) => (
              <input
                {...control}
                type="time"
                required
                value={one.to}
                onChange={({ target }) => target.value !== '' && replace(index, { to: target.value })}
              />
            )}
          </Field>
          <IconButton
            label={t.removeQuiet}
            onClick={() => onChange(quietHours.filter((_one, at) => at !== index))}
          >
            <CloseIcon />
          </IconButton>
          <WeekdayChoice days={one.weekdays} onChange={(days) => replace(index, { weekdays: days })} />
          {one.weekdays.length === 0 && (
            <p className="field-error" role="alert">
              {t.dayNeeded}
            </p>
          )}
        </div>
      ))}
      {quietHours !== undefined && (
        <div>
          <Button small icon={<PlusIcon />} onClick={() => onChange([...quietHours, { ...usual }])}>
            {t.addQuiet}
          </Button>
        </div>
      )}
    </Fields>
  );
}
