/** The settings people change; the rest of the twenty goes along untouched (the server merges). */
import { useEffect, useState, type SubmitEvent } from 'react';
import { api, failureText } from '../api.ts';
import { t } from '../messages.ts';
import { changeSettings } from '../store/actions.ts';
import type { Camera, CameraSettings, CameraSettingsChange } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';

type Name = keyof CameraSettings;
/** A name with its choices; without any: a switch. */
type Field = readonly [name: Name, values?: readonly string[]];

const groups: readonly {
  readonly name: keyof typeof t.settings.groups;
  readonly fields: readonly Field[];
}[] = [
  {
    name: 'picture',
    fields: [
      ['resolution', ['R_1080P', 'R_720P', 'R_480P']],
      ['frameRate', ['_30FPS', '_15FPS', '_10FPS']],
      ['nightVision', ['AUTO', 'ON', 'OFF']],
      ['wdr'],
      ['invertImage'],
    ],
  },
  {
    name: 'detection',
    fields: [
      ['motionDetection', ['SMART', 'ALL', 'OFF']],
      ['audioDetection', ['SMART', 'ALL', 'OFF']],
    ],
  },
  { name: 'sound', fields: [['cameraAudio'], ['volume', ['HIGH', 'MEDIUM', 'LOW']], ['soundAlert']] },
  { name: 'device', fields: [['ledDot'], ['ledRing']] },
];

export function SettingsDialog({
  camera,
  onClose,
}: {
  readonly camera: Camera;
  readonly onClose: () => void;
}) {
  const [stored, setStored] = useState<CameraSettings | null>(null);
  const [change, setChange] = useState<CameraSettingsChange>({});
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    let wanted = true;
    api.settings(camera.id).then(
      ({ settings }) => {
        if (wanted) setStored(settings);
      },
      (error: unknown) => {
        if (wanted) setFailure(failureText(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [camera.id]);

  const choose = (name: Name, value: string | boolean): void => {
    if (stored === null) return;
    const next = Object.fromEntries(
      Object.entries({ ...change, [name]: value }).filter(([key, chosen]) => stored[key as Name] !== chosen),
    );
    setChange(next);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void changeSettings(camera.id, change);
    onClose();
  };
  const unchanged = Object.keys(change).length === 0;

  return (
    <Dialog title={t.dialogs.settingsTitle(camera.name)} onClose={onClose} className="dialog-wide">
      {failure !== null && (
        <p className="notice notice-bad" role="alert">
          {failure}
        </p>
      )}
      {stored === null ? (
        failure === null && <p className="hint">{t.loading}</p>
      ) : (
        <form onSubmit={submit}>
          <div className="settings">
            {groups.map((group) => (
              <fieldset key={group.name}>
                <legend>{t.settings.groups[group.name]}</legend>
                {group.fields.map(([name, values]) => (
                  <SettingField
                    key={name}
                    name={name}
                    values={values}
                    value={{ ...stored, ...change }[name]}
                    onChoose={(value) => choose(name, value)}
                  />
                ))}
              </fieldset>
            ))}
          </div>
          <div className="dialog-actions">
            <p className="hint">{unchanged ? t.dialogs.settingsUnchanged : t.dialogs.settingsSend}</p>
            <button type="button" className="button" onClick={onClose}>
              {t.dialogs.cancel}
            </button>
            <button type="submit" className="button button-primary" disabled={unchanged}>
              {t.dialogs.save}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

interface SettingFieldProps {
  readonly name: Name;
  readonly values: readonly string[] | undefined;
  readonly value: unknown;
  readonly onChoose: (value: string | boolean) => void;
}

function SettingField({ name, values, value, onChoose }: SettingFieldProps) {
  const label = t.settings.names[name] ?? name;
  if (values === undefined)
    return (
      <label className="setting">
        <span>{label}</span>
        <input
          type="checkbox"
          role="switch"
          className="switch"
          name={name}
          checked={value === true}
          onChange={(event) => onChoose(event.target.checked)}
        />
      </label>
    );
  return (
    <label className="setting">
      <span>{label}</span>
      <select name={name} value={String(value)} onChange={(event) => onChoose(event.target.value)}>
        {values.map((one) => (
          <option key={one} value={one}>
            {t.settings.values[one] ?? one}
          </option>
        ))}
      </select>
    </label>
  );
}
