/** Sounds of the camera's own speaker: which, how long (longer ones are repeated), stop. */
import { useState } from 'react';
import { t as core } from '../messages.ts';
import { playSound, stopSound } from '../store/actions.ts';
import { soundTypes, type Camera, type SoundType } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Segmented } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { SpeakerIcon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { t } from './words.ts';

/** Seconds; empty: as long as the sound is by itself. */
const lengths = ['', '60', '120', '300'] as const;
const nativeSeconds = (sound: SoundType): number => (sound === 'LULLABY' ? 30 : 20);

export function SoundCard({ camera }: { readonly camera: Camera }) {
  const [sound, setSound] = useState<SoundType>('HOUSE_ALARM');
  const [seconds, setSeconds] = useState<(typeof lengths)[number]>('');
  const away = camera.connectionStatus !== 'connected';
  return (
    <Card title={t.sound.title} lead={t.sound.lead} className="sound-card">
      <Segmented
        label={t.sound.which}
        choices={soundTypes.map((value) => ({ value, label: core.sounds[value] }))}
        value={sound}
        onChange={setSound}
      />
      <Field label={t.sound.length}>
        {(control) => (
          <Select
            {...control}
            value={seconds}
            onChange={setSeconds}
            options={lengths.map((value) => ({
              value,
              label:
                value === ''
                  ? t.sound.once(nativeSeconds(sound))
                  : t.sound.repeated(core.dialogs.seconds(Number(value))),
            }))}
          />
        )}
      </Field>
      <div className="sound-actions">
        <Button
          tone="primary"
          icon={<SpeakerIcon />}
          disabled={away}
          onClick={() => void playSound(camera.id, sound, seconds === '' ? undefined : Number(seconds))}
        >
          {t.sound.play}
        </Button>
        <Button disabled={away} onClick={() => void stopSound(camera.id)}>
          {t.sound.stop}
        </Button>
      </div>
      {away && <p className="hint">{t.sound.away}</p>}
    </Card>
  );
}
