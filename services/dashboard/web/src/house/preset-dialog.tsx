/** A preset: its name, the mode of all cameras, and of those that differ. */
import { useState } from 'react';
import { useController, useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import { modes, type Mode, type Preset, type PresetChange } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Segmented } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { modeIcons } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { t } from './words.ts';

interface Values {
  readonly name: string;
  readonly defaultMode: Mode;
  readonly modes: Readonly<Record<string, Mode>>;
}
interface PresetDialogProps {
  /** Undefined: a new one. */
  readonly preset: Preset | undefined;
  readonly onClose: () => void;
}

const modeChoices = modes.map((mode) => {
  const Icon = modeIcons[mode];
  return { value: mode, label: core.modes[mode], icon: <Icon /> };
});
const cameraChoices = [
  { value: '' as const, label: t.asDefault },
  ...modes.map((mode) => ({ value: mode, label: core.modes[mode] })),
];

export function PresetDialog({ preset, onClose }: PresetDialogProps) {
  const cameras = selectCameras(useAppState());
  const { register, control, handleSubmit, formState } = useForm<Values>({
    defaultValues: {
      name: preset?.name ?? '',
      defaultMode: preset?.defaultMode ?? 'armed',
      modes: preset?.modes ?? {},
    },
  });
  const mode = useController({ control, name: 'defaultMode' }).field;
  const own = useController({ control, name: 'modes' }).field;
  const save = useAction({
    run: (body: PresetChange) =>
      preset === undefined
        ? rest.post('/api/house/presets', body)
        : rest.put(`/api/house/presets/${encodeURIComponent(preset.id)}`, body),
    done: (_result, { name }) => t.presetSaved(name),
    changes: ['house'],
    tellFailure: false,
    onDone: onClose,
  });
  const choose = (cameraId: string, chosen: Mode | ''): void => {
    const { [cameraId]: _before, ...others } = own.value;
    own.onChange(chosen === '' ? others : { ...others, [cameraId]: chosen });
  };
  return (
    <Dialog title={preset === undefined ? t.newPreset : t.editPreset(preset.name)} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => void handleSubmit((values) => save.run(values))(event)}
      >
        <Field label={t.presetName} error={formState.errors.name?.message ?? save.failure}>
          {(props) => (
            <input
              {...props}
              data-autofocus
              autoComplete="off"
              maxLength={60}
              {...register('name', { required: core.kit.required })}
            />
          )}
        </Field>
        <Fields legend={t.defaultMode} hint={t.defaultModeHint}>
          <Segmented
            label={t.defaultMode}
            choices={modeChoices}
            value={mode.value}
            onChange={mode.onChange}
          />
        </Fields>
        {cameras.map(({ id, name }) => (
          <Field key={id} label={name}>
            {(props) => (
              <Select
                {...props}
                options={cameraChoices}
                value={own.value[id] ?? ''}
                onChange={(chosen) => choose(id, chosen)}
              />
            )}
          </Field>
        ))}
        <div className="dialog-actions">
          {preset !== undefined && <RemovePreset preset={preset} onRemoved={onClose} />}
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={save.busy}>
            {core.kit.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RemovePreset({ preset, onRemoved }: { readonly preset: Preset; readonly onRemoved: () => void }) {
  const [asking, setAsking] = useState(false);
  const remove = useAction({
    run: () => rest.delete(`/api/house/presets/${encodeURIComponent(preset.id)}`),
    done: t.presetRemoved(preset.name),
    changes: ['house'],
    onDone: onRemoved,
  });
  return (
    <>
      <Button tone="quiet" onClick={() => setAsking(true)}>
        {t.removePreset}
      </Button>
      {asking && (
        <Confirm
          title={t.removePresetTitle(preset.name)}
          text={t.removePresetText}
          action={core.kit.remove}
          busy={remove.busy}
          onConfirm={() => remove.run()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
