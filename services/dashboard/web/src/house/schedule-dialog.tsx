/** A schedule: which preset, when, on which days. */
import { useController, useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import type { House, Schedule, ScheduleChange } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { WeekdayChoice } from './weekday-choice.tsx';
import { weekdays } from './weekdays.ts';
import { t } from './words.ts';

interface ScheduleDialogProps {
  readonly house: House;
  /** Undefined: a new one. */
  readonly schedule: Schedule | undefined;
  readonly onClose: () => void;
}
type Values = Required<ScheduleChange>;

export function ScheduleDialog({ house, schedule, onClose }: ScheduleDialogProps) {
  const { register, control, handleSubmit, formState } = useForm<Values>({
    defaultValues: {
      presetId: schedule?.presetId ?? house.presets[0]?.id ?? '',
      weekdays: schedule?.weekdays ?? [...weekdays],
      localTime: schedule?.localTime ?? '22:00',
      enabled: schedule?.enabled ?? true,
    },
  });
  const preset = useController({ control, name: 'presetId' }).field;
  const days = useController({
    control,
    name: 'weekdays',
    rules: { validate: (chosen) => chosen.length > 0 || t.dayNeeded },
  });
  const path = `/api/house/schedules/${encodeURIComponent(schedule?.id ?? '')}`;
  const common = { changes: ['house'], onDone: onClose };
  const save = useAction({
    ...common,
    run: (body: ScheduleChange) =>
      schedule === undefined ? rest.post('/api/house/schedules', body) : rest.put(path, body),
    done: t.scheduleSaved,
    tellFailure: false,
  });
  const remove = useAction({ ...common, run: () => rest.delete(path), done: t.scheduleRemoved });
  const options = house.presets.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Dialog title={schedule === undefined ? t.newSchedule : t.editSchedule} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => void handleSubmit((values) => save.run(values))(event)}
      >
        <Field label={t.preset} error={save.failure}>
          {(props) => <Select {...props} options={options} value={preset.value} onChange={preset.onChange} />}
        </Field>
        <Field label={t.time} hint={house.timeZone} error={formState.errors.localTime?.message}>
          {(props) => (
            <input {...props} type="time" {...register('localTime', { required: core.kit.required })} />
          )}
        </Field>
        <Fields legend={t.days}>
          <WeekdayChoice days={days.field.value} onChange={days.field.onChange} />
          {days.fieldState.error !== undefined && (
            <p className="field-error" role="alert">
              {days.fieldState.error.message}
            </p>
          )}
        </Fields>
        <div className="dialog-actions">
          {schedule !== undefined && (
            <Button tone="quiet" busy={remove.busy} onClick={() => remove.run()}>
              {t.removeSchedule}
            </Button>
          )}
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={save.busy}>
            {core.kit.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
