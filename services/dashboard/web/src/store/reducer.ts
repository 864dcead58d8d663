/**
 * How the page's state changes: bootstrap, then deltas ordered by `revision`. Pure. A record that is older than the one
 * held is dropped, whichever way it came; a repeated one changes nothing.
 */
import type { CameraEvent } from '../types.ts';
import { everything, filterKey, matches, type EventFilter } from './filter.ts';
import {
  initialState,
  type Action,
  type CommandEntry,
  type EventListState,
  type EventPlace,
  type State,
} from './state.ts';

/** Commands kept for the screen; older ones are forgotten. */
const maxCommands = 50;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'logged-out':
      return { ...initialState, phase: 'logged-out' };
    case 'password-required':
      return { ...initialState, phase: 'password', user: action.user };
    case 'start-failed':
      return state.phase === 'ready' ? state : { ...state, phase: 'failed', failure: action.reason };
    case 'bootstrapped':
      return bootstrapped(state, action.bootstrap);
    case 'camera': {
      const held = state.cameras.get(action.camera.id);
      if (held !== undefined && held.revision > action.camera.revision) return state;
      if (isGone(state, action.camera)) return state;
      return {
        ...state,
        cameras: new Map(state.cameras).set(action.camera.id, action.camera),
        unclaimed: state.unclaimed.filter((one) => one.id !== action.camera.id),
      };
    }
    case 'event':
      return eventArrived(state, action.event, action.live);
    case 'removed':
      return removed(state, action);
    case 'page-asked':
      return withList(state, action.filter, (list) => ({ ...list, loading: true, failed: false }));
    case 'page-failed':
      return withList(state, action.filter, (list) => ({ ...list, loading: false, failed: true }));
    case 'page': {
      const last = action.events.at(-1);
      const events = merged(state.events, action.events);
      return withList({ ...state, events }, action.filter, (list) => ({
        ...list,
        cursor: action.nextCursor,
        horizon: action.nextCursor === null || last === undefined ? undefined : placeOf(last),
        loading: false,
        failed: false,
        loaded: true,
      }));
    }
    case 'command-sending':
      return withCommand(state, {
        key: action.key,
        cameraId: action.cameraId,
        command: action.command,
        state: 'sending',
        detail: null,
        sentAt: action.now,
      });
    case 'command-accepted':
      return commandAccepted(state, action.key, action.requestId, action.stored);
    case 'command-failed':
      return changeCommand(state, action.key, (entry) => ({
        ...entry,
        state: 'failed',
        detail: action.reason,
      }));
    case 'command-outcome': {
      const { requestId: key, cameraId, command, outcome, detail, now } = action;
      const held = state.commands.find((entry) => entry.key === key);
      return withCommand(state, {
        key,
        cameraId,
        command,
        state: outcome,
        detail,
        sentAt: held?.sentAt ?? now,
      });
    }
    case 'command-forgotten':
      return { ...state, commands: state.commands.filter((entry) => entry.key !== action.key) };
    case 'link':
      if (state.link === action.link) return state;
      return {
        ...state,
        link: action.link,
        linkLostAt: action.link === 'live' ? null : (state.linkLostAt ?? action.now),
      };
  }
}

/** All other lists start anew: what was missed before this bootstrap is not known. */
function bootstrapped(
  state: State,
  bootstrap: Extract<Action, { type: 'bootstrapped' }>['bootstrap'],
): State {
  const cameras = new Map(
    bootstrap.cameras.map((camera) => {
      const held = state.cameras.get(camera.id);
      return [camera.id, held !== undefined && held.revision > camera.revision ? held : camera];
    }),
  );
  const newer = [...state.events.values()].filter((event) => event.revision > bootstrap.revision);
  const last = bootstrap.events.at(-1);
  const list: EventListState = {
    filter: everything,
    cursor: bootstrap.nextCursor,
    horizon: bootstrap.nextCursor === null || last === undefined ? undefined : placeOf(last),
    loading: false,
    failed: false,
    loaded: true,
  };
  return {
    ...state,
    phase: 'ready',
    failure: null,
    user: bootstrap.user,
    server: bootstrap.server,
    allowed: new Set(bootstrap.user.may),
    cameras,
    unclaimed: bootstrap.unclaimed,
    events: merged(merged(new Map(), bootstrap.events), newer),
    lists: new Map([[filterKey(everything), list]]),
  };
}

function eventArrived(state: State, event: CameraEvent, live: boolean): State {
  const held = state.events.get(event.id);
  if (held !== undefined && held.revision >= event.revision) return state;
  if (isGone(state, event)) return state;
  return {
    ...state,
    events: new Map(state.events).set(event.id, event),
    fresh: live && held === undefined ? new Set(state.fresh).add(event.id) : state.fresh,
  };
}

const isGone = (state: State, { id, revision }: { id: string; revision: number }): boolean =>
  (state.removed.get(id) ?? -1) >= revision;

/** A removed camera takes its events along. */
function removed(
  state: State,
  { entity, id, revision }: { entity: 'event' | 'camera'; id: string; revision: number },
): State {
  const cameras = new Map(state.cameras);
  const events = new Map(state.events);
  if (entity === 'event') events.delete(id);
  else {
    cameras.delete(id);
    for (const event of state.events.values()) if (event.cameraId === id) events.delete(event.id);
  }
  return { ...state, cameras, events, removed: new Map(state.removed).set(id, revision) };
}

function merged(
  held: ReadonlyMap<string, CameraEvent>,
  arrived: readonly CameraEvent[],
): ReadonlyMap<string, CameraEvent> {
  const events = new Map(held);
  for (const event of arrived) {
    const before = events.get(event.id);
    if (before === undefined || before.revision <= event.revision) events.set(event.id, event);
  }
  return events;
}

function withList(
  state: State,
  filter: EventFilter,
  change: (list: EventListState) => EventListState,
): State {
  const key = filterKey(filter);
  const list = state.lists.get(key) ?? {
    filter,
    cursor: null,
    horizon: undefined,
    loading: false,
    failed: false,
    loaded: false,
  };
  return { ...state, lists: new Map(state.lists).set(key, change(list)) };
}

function withCommand(state: State, entry: CommandEntry): State {
  const others = state.commands.filter((one) => one.key !== entry.key);
  return { ...state, commands: [...others, entry].slice(-maxCommands) };
}
function changeCommand(state: State, key: string, change: (entry: CommandEntry) => CommandEntry): State {
  return { ...state, commands: state.commands.map((entry) => (entry.key === key ? change(entry) : entry)) };
}

/** The outcome may have come by the stream before the answer to the request. */
function commandAccepted(state: State, key: string, requestId: string, stored: boolean): State {
  if (state.commands.some((entry) => entry.key === requestId))
    return { ...state, commands: state.commands.filter((entry) => entry.key !== key) };
  return changeCommand(state, key, (entry) => ({
    ...entry,
    key: requestId,
    state: stored ? 'stored' : 'pending',
  }));
}

export const placeOf = ({ startedAt, id }: CameraEvent): EventPlace => ({ startedAt, id });
/** Negative: `a` stands before `b`, being newer. */
export function comparePlaces(a: EventPlace, b: EventPlace): number {
  const byTime = Date.parse(b.startedAt) - Date.parse(a.startedAt);
  if (byTime !== 0) return byTime;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}

/** The known events of a list, newest first; empty while its first page is not there. */
export function selectEvents(state: State, filter: EventFilter): readonly CameraEvent[] {
  const list = state.lists.get(filterKey(filter));
  if (list?.loaded !== true) return [];
  const { horizon } = list;
  return [...state.events.values()]
    .filter((event) => matches(filter, event))
    .filter((event) => horizon === undefined || Date.parse(event.startedAt) >= Date.parse(horizon.startedAt))
    .sort(comparePlaces);
}

/** The newest known event of a camera that has a picture. */
export function selectLastPicture(state: State, cameraId: string): CameraEvent | undefined {
  let last: CameraEvent | undefined;
  for (const event of state.events.values())
    if (
      event.cameraId === cameraId &&
      event.thumbnailUrl !== null &&
      (last === undefined || comparePlaces(event, last) < 0)
    )
      last = event;
  return last;
}

/** The command of a camera that was sent last. */
export const selectLastCommand = (state: State, cameraId: string): CommandEntry | undefined =>
  state.commands.findLast((entry) => entry.cameraId === cameraId);
