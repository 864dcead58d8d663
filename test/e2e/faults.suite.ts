/**
 * `kill -9` of each part while cameras send as fast as they can. What the platform acknowledged, a PUBACK for a message
 * or a 200 for a file, must be in Postgres and on the disk afterwards; nobody had to help.
 */
import { afterAll, expect, it } from 'vitest';
import { delay } from '@apiary/base/deadline';
import type { Camera } from '@apiary/camera-simulator';
import { waitFor, type Platform } from '@apiary/test-support';
import { missing, newCamera } from './cameras.helpers.ts';

const cameraCount = 6;
/** Load before the kill and after it. */
const loadMs = 1500;
const returnTimeoutMs = 120_000;

export function faultsSuite(platform: () => Platform): void {
  const cameras: Camera[] = [];
  afterAll(async () => {
    await Promise.all(cameras.map((camera) => camera.stop()));
  });

  async function ready(): Promise<void> {
    while (cameras.length < cameraCount) cameras.push(await newCamera(platform()));
    await Promise.all(cameras.map((camera) => camera.untilConnected(60_000)));
  }

  it.each([
    { name: 'mqtt-processor', victims: ['mqtt-processor'] },
    { name: 'config-server', victims: ['config-server'] },
    { name: 'broker', victims: ['broker'] },
    { name: 'postgres', victims: ['postgres'] },
    { name: 'broker and mqtt-processor together', victims: ['broker', 'mqtt-processor'] },
  ])('$name', { timeout: 300_000 }, async ({ name, victims }) => {
    await underLoad(`killed ${name}`, async () => {
      await Promise.all(victims.map((victim) => platform().killAndAwaitReturn(victim)));
    });
  });

  it('broker, with all it acknowledged unread by the processor', { timeout: 300_000 }, async () => {
    await underLoad('killed broker with an unread queue', async () => {
      const resume = await platform().pause('mqtt-processor');
      try {
        await delay(loadMs);
        await platform().killAndAwaitReturn('broker');
      } finally {
        resume();
      }
    });
  });

  /** Cameras send before, while and after `fault` happens; then everything acknowledged must be found. */
  async function underLoad(what: string, fault: () => Promise<void>): Promise<void> {
    await ready();
    const load = new AbortController();
    const working = cameras.map((camera) => keepBusy(camera, load.signal));
    await delay(loadMs);
    const before = counts(cameras);
    await fault();
    await delay(loadMs);
    load.abort();
    await Promise.all(working);

    await Promise.all(cameras.map((camera) => camera.untilIdle(returnTimeoutMs)));
    expect(cameras.every((camera) => camera.connected)).toBe(true);
    const after = counts(cameras);
    expect(after.messages).toBeGreaterThan(before.messages);
    expect(after.files).toBeGreaterThan(before.files);
    // The processor may still be catching up; what stays missing is shown by name.
    let left: string[] = ['(never looked)'];
    await waitFor(
      async () => {
        left = await missing(platform(), cameras);
        return left.length === 0;
      },
      'everything acknowledged being found',
      returnTimeoutMs,
    ).catch((error: unknown) => {
      if (left.length === 0) throw error;
    });
    expect(left).toEqual([]);
    console.log(
      `${what}: ${after.messages - before.messages} messages and ` +
        `${after.files - before.files} files acknowledged around it, 0 missing`,
    );
  }
}

/** Short events without files, and now and then one with. */
async function keepBusy(camera: Camera, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    if (n % 20 === 0) camera.triggerEvent({ segmentsPerRecording: 1 });
    else camera.triggerEvent({ thumbnails: 0, recordings: 0 });
    await delay(25);
  }
}

function counts(cameras: readonly Camera[]): { messages: number; files: number } {
  return cameras.reduce(
    (sum, { ledger }) => ({
      messages: sum.messages + ledger.starts.size + ledger.stops.size,
      files: sum.files + ledger.uploads.length,
    }),
    { messages: 0, files: 0 },
  );
}
