/** Every scenario runs to its end against a platform that answers, and what it sends is what its summary says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeCameraMessage, parseCameraTopic } from '@apiary/contract';
import { startFakePlatform, type FakePlatform } from './fake-platform.helpers.ts';
import {
  findScenario,
  runScenario,
  scenarios,
  simulatedCameraId,
  startCamera,
  type Camera,
} from './index.ts';
import type { ScenarioResult } from './run-scenario.ts';

let platform: FakePlatform;
let camera: Camera;

beforeEach(async () => {
  platform = await startFakePlatform();
  camera = startCamera({
    cameraId: simulatedCameraId(0, 'test'),
    configHost: platform.configHost,
    ca: platform.ca,
    reconnectMinMs: 5,
    uploadRetryMs: 10,
  });
  await camera.untilConnected();
});
afterEach(async () => {
  await camera.stop();
  await platform.stop();
});

async function run(name: string): Promise<ScenarioResult> {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return runScenario(camera, scenario, { stepTimeoutMs: 20_000 });
}

/** Order in which the platform saw things of an event. */
function story(): string[] {
  return platform.messages
    .filter(({ topic }) => topic.includes('/activity/'))
    .map(({ topic }) => topic.slice(topic.lastIndexOf('/') + 1));
}

describe('scenarios', () => {
  it('have unique names and words for people', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    for (const { summary } of scenarios) expect(summary.length).toBeGreaterThan(10);
  });

  it.each(scenarios.map(({ name }) => name))('%s comes to its end with nothing owed', async (name) => {
    await run(name);
    expect(camera.owed).toEqual({ messages: 0, files: 0 });
    expect(camera.connected).toBe(true);
  });

  it('upload-before-start: both files are acknowledged before the start is sent', async () => {
    const { eventIds } = await run('upload-before-start');
    expect(story()).toEqual(['start', 'stop']);
    expect(camera.ledger.uploads.map(({ eventId }) => eventId)).toEqual([eventIds['a'], eventIds['a']]);
  });

  it('no-stop: never says stop', async () => {
    await run('no-stop');
    expect(story()).toEqual(['start']);
  });

  it('duplicate-start: three starts of one event, two of them on another connection', async () => {
    await run('duplicate-start');
    expect(story().filter((what) => what === 'start').length).toBeGreaterThanOrEqual(3);
    expect(camera.ledger.starts.size).toBe(1);
    expect(camera.connections).toBe(2);
  });

  it('late-queue: the old files come after the new event, the clock three days back', async () => {
    const { eventIds } = await run('late-queue');
    expect(camera.ledger.uploads.map(({ eventId }) => eventId)).toEqual([eventIds['old'], eventIds['old']]);
    const first = platform.messages.find(({ topic }) => topic.endsWith('activity/start'));
    const { timestamp } = JSON.parse(first?.payload.toString() ?? '{}') as { timestamp: number };
    expect(Date.now() / 1000 - timestamp).toBeGreaterThan(2 * 86_400);
  });

  it('reconnect-storm: eleven returns, and no start missing', async () => {
    const { eventIds } = await run('reconnect-storm');
    expect(camera.connections).toBe(12);
    expect([...camera.ledger.starts].sort()).toEqual(Object.values(eventIds).sort());
  });

  it('malformed-payloads: what the contract decodes never throws', async () => {
    await run('malformed-payloads');
    const refused = platform.messages.filter(({ topic, payload }) => {
      const parsed = parseCameraTopic(topic);
      return parsed !== undefined && !decodeCameraMessage(parsed, payload).ok;
    });
    expect(refused.length).toBeGreaterThan(4);
  });

  it('hostile-names: sends the names as they are, and is answered', async () => {
    const { uploadAnswers } = await run('hostile-names');
    expect(uploadAnswers).toHaveLength(7);
    const asked = platform.requests
      .filter(({ target }) => target.includes('presigned'))
      .map(({ body }) => body.toString());
    expect(asked[0]).toContain('../../../../escape.zip');
    expect(asked[4]).toContain('"x-amz-meta-sourceId":"+"');
  });
});
