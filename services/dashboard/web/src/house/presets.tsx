/** The presets of the house, each a mode a camera. */
import { useState } from 'react';
import { t as core } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { House, Preset } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Card } from '../ui/card.tsx';
import { modeIcons, PencilIcon, PlusIcon } from '../ui/icons.tsx';
import { PresetDialog } from './preset-dialog.tsx';
import { t } from './words.ts';

export function Presets({ house }: { readonly house: House }) {
  const [open, setOpen] = useState<Preset | 'new' | null>(null);
  const mayChange = mayDo(useAppState(), 'house.change');
  return (
    <Card
      title={t.presets}
      lead={t.presetsLead}
      actions={
        mayChange && (
          <Button small icon={<PlusIcon />} onClick={() => setOpen('new')}>
            {t.addPreset}
          </Button>
        )
      }
    >
      <ul className="rows">
        {house.presets.map((preset) => (
          <PresetRow key={preset.id} preset={preset} {...(mayChange && { onEdit: () => setOpen(preset) })} />
        ))}
      </ul>
      {open !== null && (
        <PresetDialog preset={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />
      )}
    </Card>
  );
}

function PresetRow({ preset, onEdit }: { readonly preset: Preset; readonly onEdit?: () => void }) {
  const Icon = modeIcons[preset.defaultMode];
  const differing = Object.values(preset.modes).filter((mode) => mode !== preset.defaultMode).length;
  return (
    <li className="row">
      <div className="row-text">
        <strong>{preset.name}</strong>
        <span className="hint preset-mode">
          <Icon />
          {core.modes[preset.defaultMode]}
          {differing > 0 && ` · ${t.camerasDiffer(differing)}`}
        </span>
      </div>
      {onEdit !== undefined && (
        <IconButton label={t.edit(preset.name)} onClick={onEdit}>
          <PencilIcon />
        </IconButton>
      )}
    </li>
  );
}
