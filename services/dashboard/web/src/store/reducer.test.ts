/** The page's state: order by revision, lists by filter and horizon, commands whose outcome overtakes their answer. */
import { describe, expect, it } from 'vitest';
import type { Bootstrap, Camera, CameraEvent } from '../types.ts';
import { everything, filterKey } from './filter.ts';
import { comparePlaces, reduce, selectEvents, selectLastCommand, selectLastPicture } from './reducer.ts';
import { initialState, type Action, type State } from './state.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const otherId = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF';

function camera(change: Partial<Camera> = {}): Camera {
  return {
    id: cameraId,
    name: 'Door',
    mode: 'armed',
    requestedMode: null,
    connectionStatus: 'connected',
    connectionChangedAt: null,
    lastSeenAt: null,
    firmwareVersion: null,
    hardwareVersion: null,
    ipAddress: null,
    location: null,
    batteryLevel: null,
    signalStrength: null,
    temperature: null,
    uptimeSeconds: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    revision: 1,
    ...change,
  };
}

function event(id: string, startedAt: string, change: Partial<CameraEvent> = {}): CameraEvent {
  return {
    id,
    cameraId,
    cameraName: 'Door',
    activityType: 'MOTION',
    kind: 'motion',
    startedAt: `2026-03-01T${startedAt}.000Z`,
    startSource: 'camera',
    reportedStartAt: null,
    endedAt: null,
    ended: false,
    durationSeconds: null,
    confidence: null,
    uploadStatus: 'pending',
    thumbnailUrl: null,
    playlistUrl: null,
    downloadUrl: null,
    recordingCount: 0,
    recordingSeconds: null,
    recordingBytes: null,
    receivedAt: `2026-03-01T${startedAt}.000Z`,
    keptAt: null,
    keptBy: null,
    recordingsRemovedAt: null,
    revision: 1,
    ...change,
  };
}

function bootstrap(change: Partial<Bootstrap> = {}): Bootstrap {
  return {
    user: {
      id: 'u',
      username: 'admin',
      role: 'admin',
      cameras: 'all',
      may: ['cameras.read', 'live'],
      passwordChange: 'none',
    },
    cameras: [camera()],
    events: [],
    nextCursor: null,
    unclaimed: [],
    revision: 10,
    server: { version: '0', time: '2026-03-01T00:00:00.000Z', downloads: true, liveView: true },
    ...change,
  };
}

const run = (actions: readonly Action[], from: State = initialState): State => actions.reduce(reduce, from);
const ids = (state: State, filter = everything): string[] => selectEvents(state, filter).map(({ id }) => id);

describe('records', () => {
  it('keeps the newer camera whichever order they come in, and takes an equal one', () => {
    const start = run([{ type: 'bootstrapped', bootstrap: bootstrap() }]);
    const state = run(
      [
        { type: 'camera', camera: camera({ name: 'new', revision: 12 }) },
        { type: 'camera', camera: camera({ name: 'old', revision: 11 }) },
      ],
      start,
    );
    expect(state.cameras.get(cameraId)?.name).toBe('new');
    const again = reduce(state, { type: 'camera', camera: camera({ name: 'same', revision: 12 }) });
    expect(again.cameras.get(cameraId)?.name).toBe('same');
  });

  it('does not change for an event held in the same or a newer revision', () => {
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap() },
      { type: 'event', event: event('a', '10:00:00', { revision: 5 }), live: true },
    ]);
    expect(reduce(state, { type: 'event', event: event('a', '10:00:00', { revision: 5 }), live: true })).toBe(
      state,
    );
    expect(reduce(state, { type: 'event', event: event('a', '11:00:00', { revision: 4 }), live: true })).toBe(
      state,
    );
  });

  it('lets what was removed stay removed, whatever older record comes late', () => {
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap() },
      { type: 'event', event: event('a', '10:00:00', { revision: 5 }), live: true },
      { type: 'removed', entity: 'event', id: 'a', revision: 20 },
      { type: 'event', event: event('a', '10:00:00', { revision: 19 }), live: true },
      { type: 'removed', entity: 'camera', id: cameraId, revision: 21 },
      { type: 'camera', camera: camera({ revision: 20 }) },
    ]);
    expect([...state.events.keys(), ...state.cameras.keys()]).toEqual([]);
  });

  it('keeps what came by the stream and is newer than a bootstrap that was asked for earlier', () => {
    const state = run([
      { type: 'event', event: event('late', '10:00:00', { revision: 99 }), live: true },
      { type: 'camera', camera: camera({ name: 'renamed', revision: 98 }) },
      { type: 'bootstrapped', bootstrap: bootstrap({ events: [event('a', '09:00:00')], revision: 50 }) },
    ]);
    expect(ids(state)).toEqual(['late', 'a']);
    expect(state.cameras.get(cameraId)?.name).toBe('renamed');
  });

  it('takes a camera off the unclaimed once it is one', () => {
    const unclaimed = {
      id: cameraId,
      address: null,
      configRequests: 1,
      certificateRequests: 0,
      firstSeenAt: '2026-01-01T00:00:00.000Z',
      lastSeenAt: '2026-01-01T00:00:00.000Z',
      approvedAt: null,
      blockedAt: null,
    };
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap({ cameras: [], unclaimed: [unclaimed] }) },
      { type: 'camera', camera: camera() },
    ]);
    expect(state.unclaimed).toEqual([]);
  });

  it('forgets everything with the login', () => {
    const state = run([{ type: 'bootstrapped', bootstrap: bootstrap() }, { type: 'logged-out' }]);
    expect(state).toEqual({ ...initialState, phase: 'logged-out' });
  });
});

describe('lists', () => {
  it('orders newest first, then by id, and moves an event whose start is corrected', () => {
    const start = run([
      {
        type: 'bootstrapped',
        bootstrap: bootstrap({
          events: [event('b', '10:00:00'), event('a', '10:00:00'), event('c', '09:00:00')],
        }),
      },
    ]);
    expect(ids(start)).toEqual(['b', 'a', 'c']);
    const moved = reduce(start, {
      type: 'event',
      event: event('c', '10:30:00', { revision: 2 }),
      live: true,
    });
    expect(ids(moved)).toEqual(['c', 'b', 'a']);
  });

  it('shows nothing below the oldest page it has: more may lie between', () => {
    const state = run([
      {
        type: 'bootstrapped',
        bootstrap: bootstrap({ events: [event('b', '10:00:00'), event('a', '09:00:00')], nextCursor: 'c1' }),
      },
      { type: 'event', event: event('old', '01:00:00'), live: true },
      { type: 'event', event: event('between', '09:30:00'), live: true },
    ]);
    expect(ids(state)).toEqual(['b', 'between', 'a']);
    const all = reduce(state, {
      type: 'page',
      filter: everything,
      events: [event('older', '02:00:00')],
      nextCursor: null,
    });
    expect(ids(all)).toEqual(['b', 'between', 'a', 'older', 'old']);
  });

  it('filters by camera and kind, and empties other lists with a new bootstrap', () => {
    const filter = { cameraId: otherId, kind: 'person' as const };
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap({ events: [event('m', '10:00:00')] }) },
      { type: 'page-asked', filter },
    ]);
    expect(state.lists.get(filterKey(filter))).toMatchObject({ loading: true, loaded: false });
    const person = event('p', '11:00:00', { cameraId: otherId, kind: 'person' });
    const loaded = run(
      [
        { type: 'page', filter, events: [person], nextCursor: null },
        { type: 'event', event: event('q', '12:00:00', { cameraId: otherId, kind: 'person' }), live: true },
        { type: 'event', event: event('s', '12:00:00', { cameraId: otherId, kind: 'sound' }), live: true },
      ],
      state,
    );
    expect(ids(loaded, filter)).toEqual(['q', 'p']);
    const anew = reduce(loaded, { type: 'bootstrapped', bootstrap: bootstrap() });
    expect(ids(anew, filter)).toEqual([]);
  });

  it('does not let an older page overwrite what the stream brought', () => {
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap() },
      { type: 'event', event: event('a', '10:00:00', { revision: 9, ended: true }), live: true },
      {
        type: 'page',
        filter: everything,
        events: [event('a', '10:00:00', { revision: 3 })],
        nextCursor: null,
      },
    ]);
    expect(selectEvents(state, everything)[0]?.ended).toBe(true);
  });

  it('says so when a page fails, and can try again', () => {
    const state = run([
      { type: 'bootstrapped', bootstrap: bootstrap({ nextCursor: 'c', events: [event('a', '10:00:00')] }) },
      { type: 'page-asked', filter: everything },
      { type: 'page-failed', filter: everything },
    ]);
    expect(state.lists.get(filterKey(everything))).toMatchObject({
      failed: true,
      loading: false,
      cursor: 'c',
    });
  });

  it('compares places without equals for different events', () => {
    const a = { startedAt: '2026-03-01T10:00:00.000Z', id: 'a' };
    expect(comparePlaces(a, a)).toBe(0);
    expect(comparePlaces(a, { ...a, id: 'b' })).toBe(1);
    expect(comparePlaces({ ...a, startedAt: '2026-03-01T10:00:01.000Z' }, { ...a, id: 'b' })).toBeLessThan(0);
  });

  it('finds the newest picture of a camera', () => {
    const state = run([
      { type: 'event', event: event('a', '10:00:00', { thumbnailUrl: '/a' }), live: false },
      { type: 'event', event: event('b', '11:00:00', { thumbnailUrl: '/b' }), live: false },
      { type: 'event', event: event('c', '12:00:00'), live: false },
      {
        type: 'event',
        event: event('d', '13:00:00', { thumbnailUrl: '/d', cameraId: otherId }),
        live: false,
      },
    ]);
    expect(selectLastPicture(state, cameraId)?.id).toBe('b');
  });

  it('highlights only what came live and was not known', () => {
    const state = run([
      { type: 'event', event: event('found', '10:00:00'), live: false },
      { type: 'event', event: event('found', '10:00:00', { revision: 2 }), live: true },
      { type: 'event', event: event('new', '10:00:00'), live: true },
    ]);
    expect([...state.fresh]).toEqual(['new']);
  });
});

describe('commands', () => {
  const sending: Action = { type: 'command-sending', key: 'k', cameraId, command: 'system/setmode', now: 1 };
  const accepted: Action = { type: 'command-accepted', key: 'k', requestId: 'r', stored: false };
  const outcome: Action = {
    type: 'command-outcome',
    requestId: 'r',
    cameraId,
    command: 'system/setmode',
    outcome: 'confirmed',
    detail: null,
    now: 2,
  };

  it('goes from sending to pending to its outcome', () => {
    const states = [sending, accepted, outcome].map((_, index, all) =>
      selectLastCommand(run(all.slice(0, index + 1)), cameraId),
    );
    expect(states.map((entry) => entry?.state)).toEqual(['sending', 'pending', 'confirmed']);
    expect(states.map((entry) => entry?.key)).toEqual(['k', 'r', 'r']);
  });

  it('takes an outcome that overtakes the answer', () => {
    const state = run([sending, outcome, accepted]);
    expect(state.commands).toHaveLength(1);
    expect(selectLastCommand(state, cameraId)).toMatchObject({ key: 'r', state: 'confirmed' });
  });

  it('tells stored from pending, and keeps why a call failed', () => {
    expect(selectLastCommand(run([sending, { ...accepted, stored: true }]), cameraId)?.state).toBe('stored');
    expect(
      selectLastCommand(run([sending, { type: 'command-failed', key: 'k', reason: 'why' }]), cameraId),
    ).toMatchObject({ state: 'failed', detail: 'why' });
    expect(run([sending, { type: 'command-forgotten', key: 'k' }]).commands).toEqual([]);
  });
});

describe('link', () => {
  it('remembers when it was lost, until it is live again', () => {
    const lost = run([
      { type: 'link', link: 'live', now: 1 },
      { type: 'link', link: 'reconnecting', now: 5 },
      { type: 'link', link: 'offline', now: 9 },
    ]);
    expect(lost).toMatchObject({ link: 'offline', linkLostAt: 5 });
    expect(reduce(lost, { type: 'link', link: 'live', now: 12 })).toMatchObject({ linkLostAt: null });
  });
});
