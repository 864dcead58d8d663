/**
 * The watchdogs of one stream: whether packets come, whether RTCP goes both ways, and what is done where not: wait for a
 * camera that is away, ask one that is there once more, then give up. Decides; asking and ending are the stream's.
 */
import { delay } from '@apiary/base/deadline';
import type { SignalingErrorCode } from '@apiary/contract';
import type { LiveCameraRow } from '@apiary/database/live-queries';
import type { Audience } from './audience.ts';
import type { CameraSource } from './camera-source.ts';
import { sentences } from './sentences.ts';
import type { StreamTimings } from './stream-timings.ts';

export interface Watched {
  readonly audience: Audience;
  readonly camera: () => LiveCameraRow;
  readonly source: () => CameraSource | undefined;
  readonly mediaConnected: () => boolean;
  /** Nothing is to be judged: it ends, or the camera is just being asked anew. */
  readonly busy: () => boolean;
  readonly onFlow: () => void;
  /** A new endpoint and a new play. */
  readonly askAgain: (options: { stopFirst: boolean }) => void;
  readonly end: (code: SignalingErrorCode, message: string) => void;
}

export class StreamWatch {
  readonly #watched: Watched;
  readonly #timings: StreamTimings;
  #timer: NodeJS.Timeout | undefined;
  #retried = false;
  #waitingSince: number | undefined;
  #mediaAwaySince: number | undefined;

  constructor(watched: Watched, timings: StreamTimings) {
    this.#watched = watched;
    this.#timings = timings;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), this.#timings.pollMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Packets came. */
  onFlow(): void {
    this.#waitingSince = undefined;
  }

  async #look(): Promise<void> {
    const { audience, busy, source: current, mediaConnected, onFlow } = this.#watched;
    const source = current();
    if (busy() || source === undefined) return;
    if (!mediaConnected()) {
      this.#mediaAway();
      return;
    }
    const wasAway = this.#mediaAwaySince !== undefined;
    this.#mediaAwaySince = undefined;
    const flowing = await source.poll();
    if (current() !== source || busy() || wasAway) return;
    if (flowing === true && audience.state !== 'active' && audience.state !== 'warning') onFlow();
    const { remb } = source.stats ?? {};
    if (remb !== undefined && remb > 0) audience.bitrate(remb);
    this.#judge(source);
  }

  #mediaAway(): void {
    this.#mediaAwaySince ??= performance.now();
    if (performance.now() - this.#mediaAwaySince > this.#timings.pollMs)
      this.#watched.audience.say('waiting', sentences.mediaAway);
  }

  #judge({ firstMediaAt, lastMediaAt, playAt, rtcpBothWays }: CameraSource): void {
    const { settledMs, noMediaMs, stallMs, rtcpMs } = this.#timings;
    const now = performance.now();
    if (firstMediaAt === undefined) {
      if (playAt !== undefined && now - playAt > noMediaMs)
        this.#trouble(sentences.noMediaRetry, sentences.noMedia(this.#watched.camera().status));
      return;
    }
    if (now - firstMediaAt > settledMs) this.#retried = false;
    if (lastMediaAt !== undefined && now - lastMediaAt > stallMs)
      this.#trouble(sentences.stalledRetry, sentences.stalled);
    else if (!rtcpBothWays && now - firstMediaAt > rtcpMs)
      this.#watched.audience.warnOnce('no rtcp', sentences.noRtcp);
  }

  #trouble(retrying: string, givingUp: string): void {
    const { audience, camera, askAgain, end } = this.#watched;
    const now = performance.now();
    if (camera().connectionStatus === 'disconnected') {
      this.#waitingSince ??= now;
      if (now - this.#waitingSince > this.#timings.cameraReturnMs)
        end('camera_disconnected', sentences.cameraStayedAway);
      else audience.say('waiting', sentences.cameraLost);
    } else if (this.#retried) {
      end('ended', givingUp);
    } else {
      this.#retried = true;
      audience.say('retrying', retrying);
      askAgain({ stopFirst: true });
    }
  }

  /** A new MQTT connection is a reboot only if the packets have ended: they do not pass through the broker. */
  async onReconnect(source: CameraSource): Promise<void> {
    const { pollMs, stallMs } = this.#timings;
    const { audience, busy, source: current, askAgain } = this.#watched;
    await source.poll();
    await delay(Math.min(pollMs, stallMs) / 2);
    const flowing = await source.poll();
    if (current() !== source || busy()) return;
    if (flowing === true) {
      source.nudge();
      return;
    }
    this.#waitingSince = undefined;
    audience.say('retrying', sentences.cameraBack);
    askAgain({ stopFirst: false });
  }
}
