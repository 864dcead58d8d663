/** No alerts of a camera for a while: the entry of its menu, and what is said while it lasts. */
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { shortTime } from '../format.ts';
import { t } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Camera, Notifications } from '../types.ts';
import { BellIcon } from '../ui/icons.tsx';
import { MenuItem } from '../ui/menu.tsx';
import { useNow } from '../ui/use-now.ts';

const minutes = 60;

/** When the pause ends, ISO; undefined: alerts come, or this user may not know. */
function usePause(camera: Camera): string | undefined {
  const mayRead = mayDo(useAppState(), 'notifications.read');
  const now = useNow();
  const { data } = useResource<Notifications>(['notifications'], mayRead ? '/api/notifications' : null);
  return data?.snoozes.find(({ cameraId, until }) => cameraId === camera.id && Date.parse(until) > now)
    ?.until;
}

export function PauseItem({ camera }: { readonly camera: Camera }) {
  const paused = usePause(camera) !== undefined;
  const path = `/api/notifications/snooze/${encodeURIComponent(camera.id)}`;
  const change = useAction({
    run: (pause: boolean) => (pause ? rest.put(path, { minutes }) : rest.delete(path)),
    done: (_result, pause) => (pause ? t.cameras.pauseBegun(camera.name) : t.cameras.pauseOver(camera.name)),
    changes: ['notifications'],
  });
  if (!mayDo(useAppState(), 'notifications.change')) return null;
  return (
    <MenuItem icon={<BellIcon />} onSelect={() => change.run(!paused)}>
      {paused ? t.cameras.endPause : t.cameras.pause}
    </MenuItem>
  );
}

export function PauseNote({ camera }: { readonly camera: Camera }) {
  const until = usePause(camera);
  const now = useNow();
  if (until === undefined) return null;
  return (
    <p className="mode-note camera-pause">
      <BellIcon />
      {t.cameras.pausedUntil(shortTime(until, now))}
    </p>
  );
}
