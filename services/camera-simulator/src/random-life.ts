/** A camera in a pleasant garden: now and then somebody walks by. Runs until told to stop. */
import { delay } from '@apiary/base/deadline';
import type { Camera, WholeEventOptions } from './camera.ts';

export interface LifeOptions {
  /** Pause between events, milliseconds, drawn evenly. */
  readonly minPauseMs: number;
  readonly maxPauseMs: number;
  readonly signal: AbortSignal;
  /** 0 ≤ n < 1; for tests. */
  readonly random?: () => number;
}

/** What goes by, and how often out of 20. */
const visitors: readonly (readonly [weight: number, event: WholeEventOptions])[] = [
  [8, { activityType: 'MOTION_SMART', confidence: 0.91 }],
  [6, { activityType: 'MOTION_ALL', confidence: 0.64 }],
  [3, { activityType: 'AUDIO_ALL' }],
  // A long visit makes several files; a forgetful camera never says stop.
  [2, { activityType: 'MOTION_SMART', confidence: 0.97, recordings: 2, segmentsPerRecording: 7 }],
  [1, { activityType: 'MOTION', stop: false }],
];

/** Resolves after `signal`. Only an armed camera detects anything. */
export async function liveAlong(camera: Camera, options: LifeOptions): Promise<void> {
  const random = options.random ?? Math.random;
  const { minPauseMs, maxPauseMs, signal } = options;
  // Two cameras started together should not move in step; the first event comes soon, someone may be watching.
  let pauseMs = minPauseMs * (0.2 + 0.6 * random());
  for (;;) {
    try {
      await delay(pauseMs, signal);
    } catch {
      return;
    }
    pauseMs = minPauseMs + (maxPauseMs - minPauseMs) * random();
    if (camera.device.mode !== 'ARMED' || !camera.connected) continue;
    const event = draw(random());
    const segments = event.segmentsPerRecording ?? 2 + Math.floor(random() * 3);
    camera.triggerEvent({
      ...event,
      segmentsPerRecording: segments,
      lengthMs: Math.min(3000 * segments * (event.recordings ?? 1), 15_000),
    });
  }
}

function draw(at: number): WholeEventOptions {
  let left = at * visitors.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, event] of visitors) {
    left -= weight;
    if (left < 0) return event;
  }
  return {};
}
