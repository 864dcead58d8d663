/** The name of a camera on its way: it gets it once it is here. Kept in this tab until then. */
import { useEffect, useEffectEvent, useState } from 'react';
import { useAction } from '../data/use-resource.ts';
import { rename } from '../store/actions.ts';
import type { Camera } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { t } from './words.ts';

const maxLength = 100;
const keyOf = (cameraId: string): string => `apiary.name.${cameraId}`;

interface NameFieldProps {
  readonly cameraId: string;
  /** Undefined: not here yet. */
  readonly camera: Camera | undefined;
}

export function NameField({ cameraId, camera }: NameFieldProps) {
  const [name, setName] = useState(() => sessionStorage.getItem(keyOf(cameraId)) ?? '');
  const give = useAction({
    run: (wanted: string) => rename(cameraId, wanted),
    done: (_result, wanted) => t.follow.named(wanted),
    onDone: () => sessionStorage.removeItem(keyOf(cameraId)),
  });
  const here = camera !== undefined;
  const onArrival = useEffectEvent(() => {
    const wanted = sessionStorage.getItem(keyOf(cameraId))?.trim() ?? '';
    if (here && wanted !== '') give.run(wanted);
  });
  useEffect(() => onArrival(), [here]);
  const change = (text: string): void => {
    setName(text);
    if (!here) sessionStorage.setItem(keyOf(cameraId), text);
  };
  const wanted = name.trim();
  return (
    <form
      className="add-name"
      onSubmit={(event) => {
        event.preventDefault();
        if (here && wanted !== '') give.run(wanted);
      }}
    >
      <Field label={t.follow.name} hint={here ? undefined : t.follow.nameHint}>
        {(control) => (
          <input
            {...control}
            value={name}
            maxLength={maxLength}
            placeholder={camera?.name}
            autoComplete="off"
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
      {here && (
        <Button type="submit" busy={give.busy} disabled={wanted === '' || wanted === camera.name}>
          {t.follow.nameSave}
        </Button>
      )}
    </form>
  );
}
