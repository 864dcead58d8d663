/** What a person can set off: calls the API and dispatches what comes of it. */
import { api, failureText, whenLoggedOut } from '../api.ts';
import type { Accepted, CameraSettingsChange, Mode, SoundType } from '../types.ts';
import { filterKey, type EventFilter } from './filter.ts';
import { createLiveLink } from './live.ts';
import { dispatch, getState } from './store.ts';

const pageSize = 50;
/** How long an outcome stays on the card; what went wrong stays until it is dismissed. */
const confirmedShownMs = 6000;

const link = createLiveLink();

export function start(): void {
  whenLoggedOut(() => {
    link.stop();
    dispatch({ type: 'logged-out' });
  });
  link.start();
}
export const reconnect = (): void => link.start();

/** @throws ApiFailure with a sentence for the form */
export async function logIn(username: string, password: string): Promise<void> {
  await api.logIn(username, password);
  link.start();
}

export async function logOut(): Promise<void> {
  link.stop();
  // Logged out here even when the server cannot hear it just now.
  await api.logOut().catch(() => undefined);
  dispatch({ type: 'logged-out' });
}

/** The next page of a list, or its first one; does nothing while one is on its way or all is there. */
export async function loadMore(filter: EventFilter): Promise<void> {
  const list = getState().lists.get(filterKey(filter));
  if (list !== undefined && (list.loading || (list.loaded && list.cursor === null))) return;
  dispatch({ type: 'page-asked', filter });
  try {
    const { events, nextCursor } = await api.events(filter, list?.cursor ?? null, pageSize);
    dispatch({ type: 'page', filter, events, nextCursor });
  } catch {
    dispatch({ type: 'page-failed', filter });
  }
}

const picturesAskedFor = new Set<string>();
/** A camera whose last events are older than what bootstrap brought still has a last picture. Asked for once. */
export async function findLastPicture(cameraId: string): Promise<void> {
  if (picturesAskedFor.has(cameraId)) return;
  picturesAskedFor.add(cameraId);
  try {
    const { events } = await api.events({ cameraId, kind: null }, null, 10);
    for (const event of events) dispatch({ type: 'event', event, live: false });
  } catch {
    picturesAskedFor.delete(cameraId);
  }
}

/** @throws ApiFailure */
export async function rename(cameraId: string, name: string): Promise<void> {
  await api.rename(cameraId, name);
  const camera = getState().cameras.get(cameraId);
  // Shown at once; the stream brings the record with its revision.
  if (camera !== undefined) dispatch({ type: 'camera', camera: { ...camera, name } });
}

export const setMode = (cameraId: string, mode: Mode): Promise<void> =>
  send(cameraId, 'system/setmode', () => api.setMode(cameraId, mode));
export const reboot = (cameraId: string): Promise<void> =>
  send(cameraId, 'system/reboot', () => api.reboot(cameraId));
export const playSound = (cameraId: string, sound: SoundType, seconds?: number): Promise<void> =>
  send(cameraId, 'sound/play', () => api.playSound(cameraId, sound, seconds));
export const stopSound = (cameraId: string): Promise<void> =>
  send(cameraId, 'sound/stop', () => api.stopSound(cameraId));
export const changeSettings = (cameraId: string, change: CameraSettingsChange): Promise<void> =>
  send(cameraId, 'settings/update', () => api.changeSettings(cameraId, change));

let sent = 0;
async function send(cameraId: string, command: string, call: () => Promise<Accepted>): Promise<void> {
  sent += 1;
  const key = `local-${sent}`;
  dispatch({ type: 'command-sending', key, cameraId, command, now: Date.now() });
  try {
    const { requestId, pending } = await call();
    dispatch({ type: 'command-accepted', key, requestId, stored: pending === true });
  } catch (error) {
    dispatch({ type: 'command-failed', key, reason: failureText(error) });
  }
}

export const dismissCommand = (key: string): void => dispatch({ type: 'command-forgotten', key });

/** Takes a good outcome off the card after a while. */
export function forgetWhenSeen(key: string): () => void {
  const timer = setTimeout(() => dismissCommand(key), confirmedShownMs);
  return () => clearTimeout(timer);
}
