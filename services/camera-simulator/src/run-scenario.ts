/** Performs the steps of a scenario on a camera. Knows the camera's levers only, never the platform. */
import { randomUUID } from 'node:crypto';
import { delay } from '@apiary/base/deadline';
import { RecoverableError } from '@apiary/base/errors';
import { rawZip } from './archives.ts';
import type { Camera } from './camera.ts';
import type { Payload, Scenario, Step } from './scenarios.ts';
import { sendFile } from './upload-queue.ts';

export interface ScenarioResult {
  /** Event name of the scenario → the id it had in this run. */
  readonly eventIds: Readonly<Record<string, string>>;
  /** Answers to lone uploads, in order. */
  readonly uploadAnswers: readonly { readonly fileName: string; readonly status: number }[];
}

export interface RunOptions {
  /** Longest wait for the platform in one step. */
  readonly stepTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

const defaultStepTimeoutMs = 300_000;

/** Resolves when the last step is done. @throws DeadlineError when the platform does not answer in time */
export async function runScenario(
  camera: Camera,
  scenario: Scenario,
  options: RunOptions = {},
): Promise<ScenarioResult> {
  const run = new Run(camera, options);
  await run.perform(scenario.steps);
  return { eventIds: Object.fromEntries(run.eventIds), uploadAnswers: run.uploadAnswers };
}

class Run {
  readonly eventIds = new Map<string, string>();
  readonly uploadAnswers: { fileName: string; status: number }[] = [];
  readonly #camera: Camera;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;

  constructor(camera: Camera, options: RunOptions) {
    this.#camera = camera;
    this.#timeoutMs = options.stepTimeoutMs ?? defaultStepTimeoutMs;
    this.#signal = options.signal;
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.#signal?.throwIfAborted();
      await this.#step(step);
    }
  }

  async #step(step: Step): Promise<void> {
    const camera = this.#camera;
    switch (step.do) {
      case 'start':
        camera.startEvent({ ...step, eventId: this.#eventId(step.event) });
        return;
      case 'stop':
        camera.stopEvent(this.#eventId(step.event), step);
        return;
      case 'thumbnail':
        camera.sendThumbnail(this.#eventId(step.event), step);
        return;
      case 'recording':
        camera.sendRecording(this.#eventId(step.event), step);
        return;
      case 'upload':
        await this.#upload(step);
        return;
      case 'message': {
        const topic = step.topic.startsWith('prod/')
          ? step.topic.replaceAll('{ID}', camera.cameraId)
          : camera.messageTopic(step.topic);
        void camera.publish(topic, bytesOf(step.payload));
        return;
      }
      case 'wait':
        await delay(step.ms, this.#signal);
        return;
      case 'settle':
        await camera.untilIdle(this.#timeoutMs);
        return;
      case 'hold-uploads':
        camera.uploadsHeld = true;
        return;
      case 'release-uploads':
        camera.uploadsHeld = false;
        return;
      case 'power-cut':
        await camera.powerCut(step.offMs);
        await camera.untilConnected(this.#timeoutMs);
        return;
      case 'drop': {
        await camera.untilConnected(this.#timeoutMs);
        const before = camera.connections;
        camera.dropConnection();
        await camera.until(() => camera.connections > before, this.#timeoutMs, 'reconnecting after a drop');
        return;
      }
      case 'clock':
        camera.clockOffsetMs = step.offsetMs;
        return;
      case 'heartbeat':
        void camera.heartbeat();
        return;
      case 'repeat':
        for (let n = 0; n < step.times; n++) await this.perform(step.steps);
        return;
    }
  }

  async #upload(step: Extract<Step, { do: 'upload' }>): Promise<void> {
    const camera = this.#camera;
    const target = camera.config;
    if (target === undefined) throw new RecoverableError('an upload needs a camera that has booted');
    const eventId = this.#eventId(step.event);
    const content = {
      segment: camera.media.segments[0] ?? Buffer.alloc(188),
      still: camera.media.stills[0] ?? Buffer.alloc(0),
      text: Buffer.from('not what the name says'),
    };
    const fileName = step.fileName.replaceAll('{EVENT}', eventId);
    const answer = await sendFile(
      {
        eventId,
        category: step.category,
        fileName,
        activityType: 'MOTION_SMART',
        body: rawZip(
          Object.fromEntries(Object.entries(step.entries).map(([name, kind]) => [name, content[kind]])),
        ),
      },
      target,
      { ...camera.uploadOptions, ...(step.sourceId === undefined ? {} : { cameraId: step.sourceId }) },
      this.#signal,
    );
    this.uploadAnswers.push({ fileName, status: answer.status });
  }

  #eventId(name: string): string {
    let id = this.eventIds.get(name);
    if (id === undefined) {
      id = randomUUID();
      this.eventIds.set(name, id);
    }
    return id;
  }
}

function bytesOf(payload: Payload): Uint8Array | string {
  if ('text' in payload) return payload.text;
  return 'json' in payload ? JSON.stringify(payload.json) : Buffer.from(payload.base64, 'base64');
}
