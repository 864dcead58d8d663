/**
 * One simulated VBC01: boots, connects, obeys, records and uploads as the contract says a camera does. It knows nothing
 * of the platform but its config host and CA. Whatever the platform does, the levers return at once: messages and files
 * wait in the camera's own queues.
 */
import { randomUUID } from 'node:crypto';
import { delay, withDeadline } from '@apiary/base/deadline';
import { recordingZip, thumbnailZip } from './archives.ts';
import { DeviceLife } from './device-life.ts';
import { DeviceState } from './device-state.ts';
import type { CameraFact, Untold } from './facts.ts';
import { Ledger } from './ledger.ts';
import { LiveView } from './live/live-view.ts';
import { loadMedia, variantOf, type MediaVariant } from './media.ts';
import type { CameraOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import type { DeviceConfig } from './provisioning.ts';
import { spread } from './spread.ts';
import { timestampFields, type TimestampForm } from './timestamp-forms.ts';
import { UploadQueue, type UploadFile } from './upload-queue.ts';

export interface EventOptions {
  /** Default: a new lower-case UUID. */
  readonly eventId?: string;
  /** Default: `MOTION_SMART`. */
  readonly activityType?: string;
  readonly confidence?: number;
  readonly timestampForm?: TimestampForm;
}

/** A thing asked of the camera; `acknowledged` resolves when the platform has confirmed it, however late. */
export interface Pledge {
  readonly eventId: string;
  readonly acknowledged: Promise<void>;
}

export interface RecordingLever {
  /** `n` and `m` of `{eventId}-{n}-{m}.zip`. */
  readonly sequence?: number;
  readonly part?: number;
  /** How many 3-second segments, at most what the media holds. */
  readonly segments?: number;
  readonly firstNumber?: number;
  readonly quality?: '1080p' | '720p';
  readonly activityType?: string;
}

export interface WholeEventOptions extends EventOptions {
  readonly thumbnails?: number;
  readonly recordings?: number;
  readonly segmentsPerRecording?: number;
  /** Between start and stop, milliseconds. */
  readonly lengthMs?: number;
  readonly stop?: boolean;
}

export interface ReceivedCommand {
  readonly command: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAt: Date;
}

/** Commands stay at or below about 2.5 kB (contract §6.1); a little air, as the buffer also holds the topic. */
const receiveBufferBytes = 3072;
/** Commands kept for a look back. */
const commandHistory = 200;

export class Camera {
  readonly cameraId: string;
  readonly ledger = new Ledger();
  readonly device = new DeviceState();
  readonly live: LiveView;
  readonly commands: ReceivedCommand[] = [];
  /** Added to the camera's clock, milliseconds: cameras boot with wrong clocks. */
  clockOffsetMs: number;

  readonly #options: CameraOptions;
  readonly #media: MediaVariant;
  readonly #outbox: Outbox;
  readonly #uploads: UploadQueue;
  readonly #watchers = new Set<() => void>();
  readonly #life: DeviceLife;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.cameraId = options.cameraId;
    this.clockOffsetMs = options.clockOffsetMs ?? 0;
    this.live = new LiveView(options.live ?? {}, {
      tell: (fact) => this.#tell(fact),
      changed: this.#changed,
      private: () => this.device.mode === 'PRIVACY',
    });
    this.#media = variantOf(loadMedia(options.mediaDir), options.cameraId);
    this.#outbox = new Outbox(options.publishQos ?? 1, ({ topic, eventId }) => {
      this.ledger.recordMessage(topic, eventId);
      this.#tell({ fact: 'message acknowledged', topic });
    });
    this.#uploads = new UploadQueue({
      ...this.uploadOptions,
      retryMs: options.uploadRetryMs ?? 10_000,
      onAcknowledged: (upload) => {
        this.ledger.uploads.push(upload);
        const { eventId, category, fileName, bytes } = upload;
        this.#tell({ fact: 'upload acknowledged', eventId, category, fileName, bytes });
      },
      onFailed: ({ fileName }, reason, retryInMs) =>
        this.#tell({ fact: 'upload failed', fileName, reason, retryInMs }),
      onDropped: ({ fileName }, reason) => this.#tell({ fact: 'upload dropped', fileName, reason }),
    });
    this.#life = new DeviceLife(options, {
      time: () => this.#time(),
      configured: (config, signal) => this.#uploads.resume(config, signal),
      connected: (link) => {
        this.#outbox.attach(link);
        if (options.stateAtConnect ?? true)
          void this.reportState({ status: 'online', mode: this.device.mode });
      },
      disconnected: () => {
        this.#outbox.detach();
        this.#changed();
      },
      received: (topic, payload) => this.#receive(topic, payload),
      tell: (fact) => this.#tell(fact),
    });
  }

  /** How this camera sends files: for a lone attempt outside the queue. */
  get uploadOptions() {
    const { cameraId, ca, connectTo, uploadStyle, expectContinue, requestTimeoutMs } = this.#options;
    return {
      cameraId,
      ca,
      style: uploadStyle ?? ('presigned' as const),
      expectContinue: expectContinue ?? spread(cameraId) % 4 === 1,
      requestTimeoutMs: requestTimeoutMs ?? 60_000,
      ...(connectTo === undefined ? {} : { connectTo }),
    };
  }

  get connected(): boolean {
    return this.#life.link !== undefined;
  }

  /** How often a connection came up, over all boots. */
  get connections(): number {
    return this.#life.connections;
  }

  /** The configuration of the present boot. */
  get config(): DeviceConfig | undefined {
    return this.#life.config;
  }

  get media(): MediaVariant {
    return this.#media;
  }

  /** Messages and files the platform has not yet acknowledged. */
  get owed(): { messages: number; files: number } {
    return { messages: this.#outbox.size, files: this.#uploads.size };
  }

  /** Applies power. */
  start(): void {
    this.#life.start();
  }

  /** Resolves once connected and subscribed. */
  async untilConnected(timeoutMs = 30_000): Promise<void> {
    await this.until(() => this.connected, timeoutMs, `camera ${this.cameraId} connecting`);
  }

  /** Resolves once the platform has acknowledged everything. */
  async untilIdle(timeoutMs = 60_000): Promise<void> {
    await this.until(
      () => this.#outbox.size === 0 && this.#uploads.size === 0,
      timeoutMs,
      `camera ${this.cameraId} emptying its queues`,
    );
  }

  /** Resolves once `condition` holds; looked at whenever something happens to the camera. */
  async until(condition: () => boolean, timeoutMs: number, what: string): Promise<void> {
    if (condition()) return;
    let watch: (() => void) | undefined;
    const met = new Promise<void>((resolve) => {
      watch = () => {
        if (condition()) resolve();
      };
      this.#watchers.add(watch);
    });
    try {
      await withDeadline(met, timeoutMs, what);
    } finally {
      if (watch !== undefined) this.#watchers.delete(watch);
    }
  }

  startEvent(options: EventOptions = {}): Pledge {
    const { eventId = randomUUID(), activityType = 'MOTION_SMART', confidence } = options;
    this.#tell({ fact: 'event started', eventId, activityType });
    const body = { eventId, activityType, ...(confidence === undefined ? {} : { confidence }) };
    return { eventId, acknowledged: this.#sendActivity('start', eventId, body, options.timestampForm) };
  }

  stopEvent(eventId: string, options: EventOptions = {}): Pledge {
    const { activityType = 'MOTION_SMART', timestampForm } = options;
    this.#tell({ fact: 'event stopped', eventId });
    return {
      eventId,
      acknowledged: this.#sendActivity('stop', eventId, { eventId, activityType }, timestampForm),
    };
  }

  sendThumbnail(
    eventId: string,
    { sequence = 1, part = 1, activityType = 'MOTION_SMART' }: RecordingLever = {},
  ): Pledge {
    const still = this.#media.stills[(sequence + spread(eventId)) % this.#media.stills.length];
    return this.sendFile({
      eventId,
      category: 'thumbnail',
      fileName: `${eventId}-${sequence}-${part}.zip`,
      activityType,
      body: thumbnailZip(still ?? Buffer.alloc(0)),
    });
  }

  sendRecording(eventId: string, lever: RecordingLever = {}): Pledge {
    const { sequence = 1, part = 0, segments = 7, activityType = 'MOTION_SMART' } = lever;
    return this.sendFile({
      eventId,
      category: 'activity',
      fileName: `${eventId}-${sequence}-${part}.zip`,
      activityType,
      body: recordingZip({
        segments: this.#media.segments.slice(0, segments),
        ...(lever.firstNumber === undefined ? {} : { firstNumber: lever.firstNumber }),
        ...(lever.quality === undefined ? {} : { quality: lever.quality }),
      }),
    });
  }

  /** Queues any file. */
  sendFile(file: UploadFile): Pledge {
    return { eventId: file.eventId, acknowledged: this.#uploads.add(file).then(this.#changed) };
  }

  /** A whole event as cameras make them: start, picture, recordings, stop. */
  triggerEvent(options: WholeEventOptions = {}): Pledge {
    const { thumbnails = 1, recordings = 1, segmentsPerRecording = 2, lengthMs = 0, stop = true } = options;
    const start = this.startEvent(options);
    const { eventId } = start;
    const lever = options.activityType === undefined ? {} : { activityType: options.activityType };
    const pledges = [start.acknowledged];
    for (let n = 1; n <= thumbnails; n++)
      pledges.push(this.sendThumbnail(eventId, { ...lever, sequence: n }).acknowledged);
    for (let n = 1; n <= recordings; n++) {
      const recording = { ...lever, sequence: n, segments: segmentsPerRecording };
      pledges.push(this.sendRecording(eventId, recording).acknowledged);
    }
    const end = async (): Promise<void> => {
      if (lengthMs > 0) await delay(lengthMs);
      await this.stopEvent(eventId, { ...options, eventId }).acknowledged;
    };
    if (stop) pledges.push(end());
    return { eventId, acknowledged: Promise.all(pledges).then(() => undefined) };
  }

  heartbeat(): Promise<void> {
    const topic = this.#life.config?.mqtt.topics.status;
    return topic === undefined ? Promise.resolve() : this.publish(topic, this.#life.heartbeat());
  }

  /** A state message with these fields. */
  reportState(fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.publish(this.messageTopic('camera/state'), { ...fields, ...this.#time() });
  }

  /** Topic below the publish prefix; before the first boot, the one the contract shows. */
  messageTopic(suffix: string): string {
    return `${this.#life.config?.mqtt.topics.publish ?? `prod/device/message/hive-cam/${this.cameraId}`}/${suffix}`;
  }

  /** Any payload to any topic: objects as JSON, text and bytes as they are. Resolves when acknowledged. */
  publish(topic: string, payload: object | string | Uint8Array, eventId?: string): Promise<void> {
    const bytes =
      typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload);
    return this.#outbox
      .send({ topic, payload: bytes, ...(eventId === undefined ? {} : { eventId }) })
      .then(this.#changed);
  }

  /** Cuts the MQTT socket; the camera reconnects by itself. */
  dropConnection(): void {
    this.#life.link?.cut();
  }

  /** Holds files back until set to false. */
  set uploadsHeld(held: boolean) {
    this.#uploads.held = held;
  }

  /** Power off at once, on again after `offMs`. Queues survive. Resolves when power is back, not yet connected. */
  powerCut(offMs = 0): Promise<void> {
    this.live.end('power');
    return this.#life.powerCut(offMs);
  }

  /** Leaves politely (DISCONNECT, no will). What is still owed stays unsent. */
  stop(): Promise<void> {
    this.live.end('power');
    return this.#life.stop();
  }

  #receive(topic: string, payload: Buffer): void {
    const prefix = `${this.#life.config?.mqtt.topics.subscribe ?? ''}/`;
    const command = topic.startsWith(prefix) ? topic.slice(prefix.length) : topic;
    if (payload.length > (this.#options.receiveBufferBytes ?? receiveBufferBytes)) {
      this.#tell({ fact: 'command dropped', command, reason: `${payload.length} bytes are too long` });
      return;
    }
    const body = objectOf(payload);
    if (body === undefined) {
      this.#tell({ fact: 'command dropped', command, reason: 'not a JSON object' });
      return;
    }
    const requestId = typeof body['requestId'] === 'string' ? body['requestId'] : undefined;
    this.commands.push({ command, body, receivedAt: new Date() });
    if (this.commands.length > commandHistory) this.commands.shift();
    this.#tell({ fact: 'command received', command, requestId });
    if (command === 'system/reboot') {
      if ((this.device.obedience.get(command) ?? 'obey') === 'obey')
        void this.powerCut(this.#options.rebootMs ?? 5000);
      return;
    }
    if (command.startsWith('stream/')) {
      if ((this.device.obedience.get(command) ?? 'obey') === 'obey') this.live.obey(command, body);
      return;
    }
    const report = this.device.apply(command, body);
    if (this.device.mode === 'PRIVACY') this.live.end('privacy');
    if (report !== undefined)
      void this.reportState({ ...report, ...(requestId === undefined ? {} : { requestId }) });
  }

  async #sendActivity(
    what: 'start' | 'stop',
    eventId: string,
    body: Readonly<Record<string, unknown>>,
    form?: TimestampForm,
  ): Promise<void> {
    await this.publish(this.messageTopic(`activity/${what}`), { ...body, ...this.#time(form) }, eventId);
  }

  #time(form?: TimestampForm): Record<string, unknown> {
    return timestampFields(
      new Date(Date.now() + this.clockOffsetMs),
      form ?? this.#options.timestampForm ?? 'seconds',
    );
  }

  readonly #changed = (): void => {
    for (const watch of this.#watchers) watch();
  };

  #tell(fact: Untold<CameraFact>): void {
    this.#options.onFact?.({ cameraId: this.cameraId, ...fact });
    this.#changed();
  }
}

function objectOf(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
