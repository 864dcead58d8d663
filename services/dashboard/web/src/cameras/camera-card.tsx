/** One camera: last picture with its age, connection, mode reported beside mode asked for, and what can be done. */
import { useEffect, useState } from 'react';
import { age, longTime, shortTime } from '../format.ts';
import { expectLiveClick, fetchLiveCodeWhenIdle, noteLiveClick } from '../live/live-click.ts';
import { t } from '../messages.ts';
import { findLastPicture } from '../store/actions.ts';
import { homeWith } from '../store/filter.ts';
import { selectLastCommand, selectLastPicture } from '../store/reducer.ts';
import { Link } from '../router/link.tsx';
import { fillPath } from '../router/path.ts';
import { mayDo } from '../screens.ts';
import type { State } from '../store/state.ts';
import type { Camera } from '../types.ts';
import {
  BatteryIcon,
  CameraIcon,
  ChipIcon,
  ListIcon,
  LiveIcon,
  MoreIcon,
  PencilIcon,
  RestartIcon,
  SignalIcon,
  SlidersIcon,
  SpeakerIcon,
} from '../ui/icons.tsx';
import { lazily } from '../ui/lazily.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { goTo, useLocation } from '../ui/use-location.ts';
import { useNow } from '../ui/use-now.ts';
import { CommandLine } from './command-line.tsx';
import { ModeSwitch } from './mode-switch.tsx';
import { PauseItem, PauseNote } from './pause.tsx';
import { EventsToday } from './today.tsx';

const RebootDialog = lazily(() => import('./reboot-dialog.tsx').then(({ RebootDialog: code }) => code));
const RenameDialog = lazily(() => import('./rename-dialog.tsx').then(({ RenameDialog: code }) => code));
const SettingsDialog = lazily(() => import('./settings-dialog.tsx').then(({ SettingsDialog: code }) => code));
const SoundDialog = lazily(() => import('./sound-dialog.tsx').then(({ SoundDialog: code }) => code));

type Open = 'rename' | 'reboot' | 'sound' | 'settings' | null;

export function CameraCard({ camera, state }: { readonly camera: Camera; readonly state: State }) {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const command = selectLastCommand(state, camera.id);

  return (
    <article className="camera" data-camera-id={camera.id} aria-label={camera.name}>
      <div className="camera-top">
        <Picture camera={camera} state={state} />
        {state.server?.liveView === true && <LiveButton camera={camera} />}
      </div>
      <div className="camera-body">
        <div className="camera-head">
          <div>
            <h3>
              <Link to={`/cameras/${encodeURIComponent(camera.id)}`}>{camera.name}</Link>
            </h3>
            <Connection camera={camera} />
          </div>
          <Menu label={t.cameras.more(camera.name)} trigger={<MoreIcon />}>
            <MenuItem
              icon={<ListIcon />}
              onSelect={() => goTo(homeWith({ cameraId: camera.id, kind: null }))}
            >
              {t.cameras.events}
            </MenuItem>
            {mayDo(state, 'cameras.change') && (
              <>
                <MenuItem icon={<PencilIcon />} onSelect={() => setOpen('rename')}>
                  {t.cameras.rename}
                </MenuItem>
                <MenuItem icon={<SlidersIcon />} onSelect={() => setOpen('settings')}>
                  {t.cameras.settings}
                </MenuItem>
              </>
            )}
            <PauseItem camera={camera} />
            {mayDo(state, 'cameras.control') && (
              <>
                <MenuItem icon={<SpeakerIcon />} onSelect={() => setOpen('sound')}>
                  {t.cameras.sound}
                </MenuItem>
                <MenuSeparator />
                <MenuItem icon={<RestartIcon />} onSelect={() => setOpen('reboot')} danger>
                  {t.cameras.reboot}
                </MenuItem>
              </>
            )}
          </Menu>
        </div>
        <ModeSwitch camera={camera} command={command} />
        <PauseNote camera={camera} />
        <Facts camera={camera} />
        <CommandLine command={command} />
      </div>
      {open === 'rename' && <RenameDialog camera={camera} onClose={close} />}
      {open === 'reboot' && <RebootDialog camera={camera} onClose={close} />}
      {open === 'sound' && <SoundDialog camera={camera} onClose={close} />}
      {open === 'settings' && <SettingsDialog camera={camera} onClose={close} />}
    </article>
  );
}

function Picture({ camera, state }: { camera: Camera; state: State }) {
  const now = useNow();
  const last = selectLastPicture(state, camera.id);
  const missing = last === undefined;
  useEffect(() => {
    if (missing) void findLastPicture(camera.id);
  }, [missing, camera.id]);

  if (last?.thumbnailUrl == null)
    return (
      <div className="camera-picture camera-picture-none">
        <CameraIcon />
        <p>
          <strong>{t.cameras.noPicture}</strong>
          {t.cameras.noPictureHint}
        </p>
      </div>
    );
  return (
    <Link
      className="camera-picture"
      to={fillPath('/events/:id', { id: last.id })}
      aria-label={t.cameras.openLast(camera.name, age(last.startedAt, now))}
    >
      <img src={last.thumbnailUrl} alt="" decoding="async" />
      <span className="camera-picture-age" title={longTime(last.startedAt)}>
        {t.cameras.pictureAge(age(last.startedAt, now))}
      </span>
    </Link>
  );
}

function LiveButton({ camera }: { camera: Camera }) {
  const location = useLocation();
  useEffect(fetchLiveCodeWhenIdle, []);
  return (
    <button
      type="button"
      className="button camera-live"
      aria-label={t.live.openOf(camera.name)}
      onPointerEnter={expectLiveClick}
      onClick={() => {
        noteLiveClick();
        goTo({ ...location, liveId: camera.id });
      }}
    >
      <LiveIcon />
      {t.live.open}
    </button>
  );
}

function Connection({ camera }: { camera: Camera }) {
  const now = useNow();
  const connected = camera.connectionStatus === 'connected';
  const parts = [connected ? t.cameras.connected : t.cameras.disconnected];
  if (camera.connectionChangedAt !== null)
    parts.push(t.cameras.since(shortTime(camera.connectionChangedAt, now)));
  const heard =
    camera.lastSeenAt === null ? t.cameras.neverHeard : t.cameras.lastHeard(age(camera.lastSeenAt, now));
  return (
    <p
      className={connected ? 'connection connection-on' : 'connection'}
      title={camera.connectionChangedAt === null ? undefined : longTime(camera.connectionChangedAt)}
    >
      <span className="connection-dot" />
      <span>{parts.join(' ')}</span>
      {!connected && <span className="connection-heard">{heard}</span>}
    </p>
  );
}

/** What some cameras never tell is left out rather than shown empty. */
function Facts({ camera }: { camera: Camera }) {
  return (
    <dl className="facts">
      <EventsToday camera={camera} />
      <div title={t.cameras.firmware}>
        <dt>
          <ChipIcon />
          <span className="visually-hidden">{t.cameras.firmware}</span>
        </dt>
        <dd>{camera.firmwareVersion ?? t.cameras.unknown}</dd>
      </div>
      {camera.batteryLevel !== null && (
        <div title={t.cameras.battery}>
          <dt>
            <BatteryIcon />
            <span className="visually-hidden">{t.cameras.battery}</span>
          </dt>
          <dd>{Math.round(camera.batteryLevel)} %</dd>
        </div>
      )}
      {camera.signalStrength !== null && (
        <div title={t.cameras.signal}>
          <dt>
            <SignalIcon />
            <span className="visually-hidden">{t.cameras.signal}</span>
          </dt>
          <dd>
            {Math.round(camera.signalStrength)}
            {camera.signalStrength < 0 ? ' dBm' : ''}
          </dd>
        </div>
      )}
      {camera.ipAddress !== null && (
        <div title={t.cameras.address}>
          <dt className="visually-hidden">{t.cameras.address}</dt>
          <dd className="mono">{camera.ipAddress}</dd>
        </div>
      )}
    </dl>
  );
}
