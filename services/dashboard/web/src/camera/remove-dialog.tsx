/** Takes a camera off the house; what becomes of its events is asked, and whether it may come back. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { navigate } from '../router/router.ts';
import type { Camera } from '../types.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { RadioGroup } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { t } from './words.ts';

interface RemoveDialogProps {
  readonly camera: Camera;
  readonly onClose: () => void;
}

export function RemoveDialog({ camera, onClose }: RemoveDialogProps) {
  const [events, setEvents] = useState<'keep' | 'delete'>('keep');
  const [block, setBlock] = useState(false);
  const remove = useAction({
    run: () =>
      rest.delete(`/api/cameras/${encodeURIComponent(camera.id)}?events=${events}&block=${String(block)}`),
    done: t.remove.done(camera.name),
    changes: ['system', 'unclaimed', 'house'],
    onDone: () => navigate('/', 'replace'),
  });
  return (
    <Confirm
      title={t.remove.title(camera.name)}
      text={t.remove.text}
      action={events === 'keep' ? t.remove.action : t.remove.actionDelete}
      busy={remove.busy}
      onConfirm={() => remove.run()}
      onClose={onClose}
    >
      <RadioGroup
        label={t.remove.events}
        value={events}
        onChange={setEvents}
        choices={[
          { value: 'keep', label: t.remove.keep, hint: t.remove.keepHint },
          { value: 'delete', label: t.remove.delete, hint: t.remove.deleteHint },
        ]}
      />
      <Checkbox checked={block} onChange={setBlock} label={t.remove.block} hint={t.remove.blockHint} />
    </Confirm>
  );
}
