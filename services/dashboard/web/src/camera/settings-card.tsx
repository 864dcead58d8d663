/** All twenty settings: draft, apply, what became of it. The server merges; the camera always gets the whole set. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CommandLine } from '../cameras/command-line.tsx';
import { useResource } from '../data/use-resource.ts';
import { mayDo } from '../screens.ts';
import { changeSettings } from '../store/actions.ts';
import { useAppState } from '../store/store.ts';
import type { Camera, CameraSettings, CameraSettingsAnswer } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Resource } from '../ui/resource.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import {
  isSound,
  sameSetting,
  settingGroups,
  type SettingName,
  type SettingValue,
} from './setting-fields.ts';
import { SettingRow } from './setting-row.tsx';
import { t } from './words.ts';

const entity = 'camera-settings';

export function SettingsCard({ camera }: { readonly camera: Camera }) {
  const settings = useResource<CameraSettingsAnswer>(
    [entity, camera.id],
    `/api/control/settings/${encodeURIComponent(camera.id)}`,
  );
  useFreshWithCommands(camera.id);
  return (
    <Card title={t.settings.title} lead={t.settings.lead} className="settings-card">
      <Resource of={settings} skeleton={<Skeleton lines={10} />}>
        {(answer) => <SettingsForm camera={camera} answer={answer} />}
      </Resource>
    </Card>
  );
}

/** Somebody else's change is heard of as a command. */
function useFreshWithCommands(cameraId: string): void {
  const client = useQueryClient();
  const command = useSettingsCommand(cameraId);
  const mark = command === undefined ? '' : `${command.key} ${command.state}`;
  useEffect(() => {
    if (mark !== '') void client.invalidateQueries({ queryKey: [entity, cameraId] });
  }, [client, cameraId, mark]);
}

const useSettingsCommand = (cameraId: string) =>
  useAppState().commands.findLast((one) => one.cameraId === cameraId && one.command === 'settings/update');

interface SettingsFormProps {
  readonly camera: Camera;
  readonly answer: CameraSettingsAnswer;
}

function SettingsForm({ camera, answer: { settings, standard } }: SettingsFormProps) {
  const client = useQueryClient();
  const mayControl = mayDo(useAppState(), 'cameras.control');
  const [draft, setDraft] = useState<Partial<CameraSettings>>({});
  const [sending, setSending] = useState(false);
  const command = useSettingsCommand(camera.id);
  const values: CameraSettings = { ...settings, ...draft };
  const changed = (name: SettingName): boolean => !sameSetting(values[name], settings[name]);
  const names = (Object.keys(draft) as SettingName[]).filter(changed);
  const sound = names.every((name) => isSound(values[name]));

  const change = (name: SettingName, value: SettingValue): void => setDraft({ ...draft, [name]: value });
  const apply = async (): Promise<void> => {
    setSending(true);
    await changeSettings(camera.id, Object.fromEntries(names.map((name) => [name, trimmed(values[name])])));
    await client.invalidateQueries({ queryKey: [entity, camera.id] });
    // What was refused is still different from what is stored, and so still there to be tried again.
    setSending(false);
  };

  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <div className="settings-groups">
        {settingGroups.map((group) => (
          <fieldset key={group.name} className="settings-group">
            <legend>{t.settings.groups[group.name]}</legend>
            {group.name in t.settings.groupHints && (
              <p className="hint">
                {t.settings.groupHints[group.name as keyof typeof t.settings.groupHints]}
              </p>
            )}
            {group.fields.map((field) => (
              <SettingRow
                key={field.name}
                field={field}
                value={values[field.name]}
                standard={standard[field.name]}
                changed={changed(field.name)}
                disabled={!mayControl || sending}
                onChange={(value) => change(field.name, value)}
              />
            ))}
          </fieldset>
        ))}
      </div>
      {mayControl && (
        <div className={names.length > 0 ? 'settings-bar settings-bar-on' : 'settings-bar'}>
          <div className="settings-said">
            <p role="status">
              {names.length === 0 ? t.settings.unchanged : t.settings.changes(names.length)}
              {names.length > 0 && camera.connectionStatus !== 'connected' && ` ${t.settings.away}`}
            </p>
            <CommandLine command={command} />
          </div>
          <Button disabled={names.length === 0 || sending} onClick={() => setDraft({})}>
            {t.settings.discard}
          </Button>
          <Button type="submit" tone="primary" busy={sending} disabled={names.length === 0 || !sound}>
            {t.settings.apply}
          </Button>
        </div>
      )}
    </form>
  );
}

const trimmed = (value: SettingValue): SettingValue => (typeof value === 'string' ? value.trim() : value);
