/** One camera: live view in its place, state, mode, sounds, settings, history, support, removal. */
import { useState } from 'react';
import { RebootDialog } from '../cameras/reboot-dialog.tsx';
import { RenameDialog } from '../cameras/rename-dialog.tsx';
import { navigate } from '../router/router.ts';
import { mayDo, type ScreenProps } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Camera } from '../types.ts';
import { LinkButton } from '../ui/button.tsx';
import {
  BellIcon,
  CameraIcon,
  CloseIcon,
  ListIcon,
  MoreIcon,
  PencilIcon,
  RestartIcon,
} from '../ui/icons.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { HistoryCard } from './history-card.tsx';
import { LivePlace, toggleLive } from './live-place.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { SettingsCard } from './settings-card.tsx';
import { SoundCard } from './sound-card.tsx';
import { StateCard } from './state-card.tsx';
import { SupportCard } from './support-card.tsx';
import { t } from './words.ts';
import './camera.css';

export function Screen({ params }: ScreenProps) {
  const state = useAppState();
  const camera = state.cameras.get(params['id'] ?? '');
  if (camera === undefined)
    return (
      <Nothing
        level={1}
        icon={<CameraIcon />}
        title={t.camera.gone}
        hint={t.camera.goneHint}
        actions={<LinkButton to="/">{t.camera.home}</LinkButton>}
      />
    );
  return <CameraScreen camera={camera} />;
}

type Open = 'rename' | 'reboot' | 'remove' | null;

function CameraScreen({ camera }: { readonly camera: Camera }) {
  const state = useAppState();
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const mayChange = mayDo(state, 'cameras.change');
  const mayControl = mayDo(state, 'cameras.control');
  const eventsPath = `/review?camera=${encodeURIComponent(camera.id)}`;
  useShortcuts(camera.name, [
    ...(mayDo(state, 'live') && state.server?.liveView === true
      ? [{ keys: 'l', text: t.camera.keys.live, run: toggleLive }]
      : []),
    { keys: 'e', text: t.camera.keys.events, run: () => navigate(eventsPath) },
    ...(mayChange ? [{ keys: 'r', text: t.camera.keys.rename, run: () => setOpen('rename') }] : []),
  ]);
  return (
    <div className="camera-screen" data-camera-id={camera.id}>
      <PageHeader
        title={camera.name}
        back={{ to: '/', label: t.camera.home }}
        actions={
          <>
            <LinkButton to={eventsPath} icon={<ListIcon />}>
              {t.camera.events}
            </LinkButton>
            {mayDo(state, 'notifications.read') && (
              <LinkButton to={`/notifications#${encodeURIComponent(camera.id)}`} icon={<BellIcon />}>
                {t.camera.notifications}
              </LinkButton>
            )}
            <MoreMenu camera={camera} onOpen={setOpen} />
          </>
        }
      />
      <div className="camera-columns">
        <div className="camera-main">
          <LivePlace camera={camera} />
          <HistoryCard camera={camera} />
        </div>
        <div className="camera-side">
          <StateCard camera={camera} />
          {mayControl && <SoundCard camera={camera} />}
        </div>
      </div>
      <SettingsCard camera={camera} />
      {mayChange && <SupportCard camera={camera} />}
      {open === 'rename' && <RenameDialog camera={camera} onClose={close} />}
      {open === 'reboot' && <RebootDialog camera={camera} onClose={close} />}
      {open === 'remove' && <RemoveDialog camera={camera} onClose={close} />}
    </div>
  );
}

interface MoreMenuProps {
  readonly camera: Camera;
  readonly onOpen: (open: Open) => void;
}

function MoreMenu({ camera, onOpen }: MoreMenuProps) {
  const state = useAppState();
  const mayChange = mayDo(state, 'cameras.change');
  const mayControl = mayDo(state, 'cameras.control');
  const mayRemove = mayDo(state, 'cameras.remove');
  if (!mayChange && !mayControl) return null;
  return (
    <Menu label={`${t.camera.more}: ${camera.name}`} trigger={<MoreIcon />}>
      {mayChange && (
        <MenuItem icon={<PencilIcon />} onSelect={() => onOpen('rename')}>
          {t.camera.rename}
        </MenuItem>
      )}
      {mayControl && (
        <MenuItem icon={<RestartIcon />} onSelect={() => onOpen('reboot')} danger>
          {t.camera.reboot}
        </MenuItem>
      )}
      {mayRemove && (
        <>
          <MenuSeparator />
          <MenuItem icon={<CloseIcon />} onSelect={() => onOpen('remove')} danger>
            {t.camera.remove}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
