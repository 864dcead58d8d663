/** Part one: from a click in the dashboard to the first frame on the screen, cold and joining. */
import { delay } from '@apiary/base/deadline';
import { waitFor } from '@apiary/test-support/wait-for';
import { joinPlatform } from './platform-viewer.ts';
import type { Rig } from './rig.ts';
import type { WatchingPage } from './watching-page.ts';

/** The page and the stack settle between two clicks. */
const pauseMs = 400;
const stopTimeoutMs = 15_000;

/** Each click starts the camera: it had stopped before. */
export async function coldStarts(rig: Rig, page: WatchingPage, tries: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < tries; n += 1) {
    const camera = rig.cameras[n % rig.cameras.length];
    if (camera === undefined) break;
    await waitFor(() => camera.live.stream === undefined, 'the camera at rest', stopTimeoutMs);
    times.push(await page.watch(camera.cameraId));
    await page.leave();
    await delay(pauseMs);
  }
  return times;
}

/** Each click joins a stream that someone else watches. */
export async function joins(rig: Rig, page: WatchingPage, tries: number): Promise<number[]> {
  const [camera] = rig.cameras;
  if (camera === undefined) return [];
  const other = await joinPlatform(rig, camera.cameraId, 5_000_000);
  const times: number[] = [];
  try {
    for (let n = 0; n < tries; n += 1) {
      await delay(pauseMs);
      times.push(await page.watch(camera.cameraId));
      await page.leave();
    }
  } finally {
    other.leave();
  }
  return times;
}
