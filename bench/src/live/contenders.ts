/** The servers of part three, alike to whoever measures: fill with viewers, look, empty. */
import { delay } from '@apiary/base/deadline';
import { waitFor } from '@apiary/test-support/wait-for';
import type { BareForwarder } from './bare-forwarder.ts';
import type { Audience, Contender } from './cpu-rounds.ts';
import type { Janus } from './janus.ts';
import { joinPlatform, type JoinedViewer } from './platform-viewer.ts';
import type { Rig } from './rig.ts';

/** Keeps the camera at its encoding of 2 Mbit/s. */
const rembBps = 2_400_000;
const betweenJoinsMs = 100;
const restTimeoutMs = 15_000;

export async function platformContender(rig: Rig): Promise<Contender> {
  const [camera] = rig.cameras;
  if (camera === undefined) throw new Error('no camera');
  return {
    name: 'media server',
    pid: await rig.platform.pidOf('media-server'),
    fill: async (viewers) => {
      const audience = await fill(viewers, () => joinPlatform(rig, camera.cameraId, rembBps));
      return {
        ...audience,
        // The first of them started the camera.
        joinMs: audience.joinMs.slice(1),
        leave: async () => {
          await audience.leave();
          await waitFor(() => camera.live.stream === undefined, 'the camera at rest', restTimeoutMs);
        },
      };
    },
  };
}

export function janusContender(janus: Janus): Contender {
  return {
    name: 'Janus',
    pid: janus.pid,
    fill: async (viewers) => {
      const audience = await fill(viewers, () => janus.join(rembBps));
      return { ...audience, joinMs: audience.joinMs.slice(1) };
    },
  };
}

export function forwarderContender(forwarder: BareForwarder): Contender {
  return {
    name: 'bare forwarder',
    pid: forwarder.pid,
    fill: async (viewers) => {
      await forwarder.serve(viewers);
      return { joinMs: [], videoBytes: () => undefined, leave: () => forwarder.serve(0) };
    },
  };
}

async function fill(viewers: number, join: () => Promise<JoinedViewer>): Promise<Audience> {
  const joined: JoinedViewer[] = [];
  const leave = (): Promise<void> => {
    for (const viewer of joined) viewer.leave();
    return Promise.resolve();
  };
  try {
    while (joined.length < viewers) {
      joined.push(await join());
      await delay(betweenJoinsMs);
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    joinMs: joined.map(({ joinMs }) => joinMs),
    videoBytes: () => joined.at(-1)?.peer.videoBytes,
    leave,
  };
}
