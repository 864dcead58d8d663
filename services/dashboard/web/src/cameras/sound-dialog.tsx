import { useState } from 'react';
import { t } from '../messages.ts';
import { playSound, stopSound } from '../store/actions.ts';
import { soundTypes, type Camera, type SoundType } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SpeakerIcon } from '../ui/icons.tsx';

/** Empty: as long as the sound is by itself. */
const lengths = ['', '60', '120', '300'] as const;

/** Plays one of the camera's built-in sounds, or ends it. */
export function SoundDialog({ camera, onClose }: { readonly camera: Camera; readonly onClose: () => void }) {
  const [sound, setSound] = useState<SoundType>('HOUSE_ALARM');
  const [seconds, setSeconds] = useState('');
  return (
    <Dialog title={t.dialogs.soundTitle(camera.name)} onClose={onClose}>
      <fieldset className="choices">
        <legend>{t.dialogs.soundWhich}</legend>
        {soundTypes.map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="sound"
              value={one}
              checked={sound === one}
              onChange={() => setSound(one)}
            />
            <span>{t.sounds[one]}</span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t.dialogs.soundLength}</span>
        <select value={seconds} onChange={(event) => setSeconds(event.target.value)}>
          {lengths.map((one) => (
            <option key={one} value={one}>
              {one === '' ? t.dialogs.soundOnce : t.dialogs.seconds(Number(one))}
            </option>
          ))}
        </select>
      </label>
      <div className="dialog-actions">
        <button
          type="button"
          className="button"
          onClick={() => {
            void stopSound(camera.id);
            onClose();
          }}
        >
          {t.dialogs.soundStop}
        </button>
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            void playSound(camera.id, sound, seconds === '' ? undefined : Number(seconds));
            onClose();
          }}
        >
          <SpeakerIcon />
          {t.dialogs.soundPlay}
        </button>
      </div>
    </Dialog>
  );
}
