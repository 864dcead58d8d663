/** One setting: what it does, its control, whether it is the default, and the way back to it. */
import { useId } from 'react';
import { Badge } from '../ui/badge.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { RestartIcon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { ScheduleField } from './schedule-field.tsx';
import { isSound, sameSetting, settingText, type SettingField, type SettingValue } from './setting-fields.ts';
import { t } from './words.ts';

interface SettingRowProps {
  readonly field: SettingField;
  readonly value: SettingValue;
  readonly standard: SettingValue;
  /** Chosen here and not applied yet. */
  readonly changed: boolean;
  readonly disabled: boolean;
  readonly onChange: (value: SettingValue) => void;
}

export function SettingRow({ field, value, standard, changed, disabled, onChange }: SettingRowProps) {
  const id = useId();
  const label = t.settings.names[field.name];
  const isStandard = sameSetting(value, standard);
  const wrong = !isSound(value);
  return (
    <div
      className={field.kind === 'schedule' ? 'setting-row setting-row-tall' : 'setting-row'}
      data-setting={field.name}
      data-changed={changed || undefined}
    >
      <div className="setting-text">
        <label className="setting-name" id={`${id}-label`} htmlFor={id}>
          {label}
        </label>
        <p className="hint" id={`${id}-hint`}>
          {t.settings.hints[field.name]}
          {!isStandard && field.kind !== 'choice' && ` ${t.settings.standardOf(settingText(standard))}.`}
        </p>
        {wrong && (
          <p className="field-error" role="alert">
            {t.settings.wordNeeded}
          </p>
        )}
      </div>
      <div className="setting-side">
        {changed ? (
          <Badge tone="accent">{t.settings.changed}</Badge>
        ) : (
          isStandard && <Badge>{t.settings.standard}</Badge>
        )}
        {!isStandard && !disabled && (
          <IconButton label={t.settings.toStandard(label)} onClick={() => onChange(standard)}>
            <RestartIcon />
          </IconButton>
        )}
        <Control
          field={field}
          value={value}
          standard={standard}
          disabled={disabled}
          onChange={onChange}
          control={{ id, 'aria-describedby': `${id}-hint` }}
          wrong={wrong}
        />
      </div>
    </div>
  );
}

interface ControlProps extends Omit<SettingRowProps, 'changed'> {
  readonly control: { readonly id: string; readonly 'aria-describedby': string };
  readonly wrong: boolean;
}

function Control({ field, value, standard, disabled, onChange, control, wrong }: ControlProps) {
  if (typeof value === 'boolean')
    return <Switch {...control} name={field.name} checked={value} disabled={disabled} onChange={onChange} />;
  if (typeof value !== 'string')
    return <ScheduleField id={control.id} entries={value} disabled={disabled} onChange={onChange} />;
  const send = (text: string): void => onChange(text);
  if (field.values !== undefined)
    return (
      <Select
        {...control}
        name={field.name}
        value={value}
        disabled={disabled}
        onChange={send}
        options={field.values.map((one) => ({
          value: one,
          label:
            one === standard
              ? t.settings.standardOption(settingText(one as SettingValue))
              : settingText(one as SettingValue),
        }))}
      />
    );
  return (
    <input
      {...control}
      className="input mono"
      name={field.name}
      value={value}
      maxLength={64}
      disabled={disabled}
      autoComplete="off"
      spellCheck={false}
      aria-invalid={wrong || undefined}
      onChange={(event) => send(event.target.value)}
    />
  );
}
