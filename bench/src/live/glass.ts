/** Part two: how old the picture on the screen is, and how far sound and picture are apart. */
import type { Camera } from '@apiary/camera-simulator';
import type { ShownFrame } from './watching-page.ts';

/** Ages of the frames on the screen, ms: sent by the camera until meant to be visible, by the same machine's clock. */
export function frameAges(camera: Camera, frames: readonly ShownFrame[]): number[] {
  return frames.flatMap(({ number, atMs }) => {
    const sentAtMs = number === null ? undefined : camera.live.lastStream?.sentAtMs(number, atMs);
    return sentAtMs === undefined ? [] : [atMs - sentAtMs];
  });
}

/** The camera's second begins with a flash and a beep: ms from the one to the other, positive when the sound is late. */
export function soundLags(frames: readonly ShownFrame[], beeps: readonly number[]): number[] {
  const flashes = frames.flatMap(({ flash, atMs }, index) =>
    flash && frames[index - 1]?.flash === false ? [atMs] : [],
  );
  return flashes.flatMap((flashAt) => {
    const lags = beeps.map((beepAt) => beepAt - flashAt).filter((lag) => Math.abs(lag) < 400);
    return lags.length === 1 ? lags : [];
  });
}
