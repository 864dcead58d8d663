/**
 * The camera's upload queue (contract §2.3: it survives reboots, files can arrive days late). One file at a time, each
 * over its own connections; anything but a 200 is tried again later, for ever.
 */
import { createHash } from 'node:crypto';
import { delay } from '@apiary/base/deadline';
import { errorMessage, RecoverableError } from '@apiary/base/errors';
import { firmwareFetch, type ConnectTo, type FirmwareResponse } from './firmware-https.ts';
import type { AcknowledgedUpload } from './ledger.ts';
import type { UploadStyle } from './options.ts';

export interface UploadFile {
  readonly eventId: string;
  readonly category: string;
  readonly fileName: string;
  readonly activityType: string;
  readonly body: Uint8Array;
}

export interface UploadTarget {
  /** From the configuration reply. */
  readonly fileUploadServerUrl: string;
}

export interface UploadQueueOptions {
  readonly cameraId: string;
  readonly ca: string;
  readonly style: UploadStyle;
  readonly expectContinue: boolean;
  readonly connectTo?: ConnectTo;
  readonly requestTimeoutMs: number;
  readonly retryMs: number;
  readonly onAcknowledged: (upload: AcknowledgedUpload) => void;
  readonly onFailed: (file: UploadFile, reason: string, retryInMs: number) => void;
  readonly onDropped: (file: UploadFile, reason: string) => void;
}

interface Pending extends UploadFile {
  settle(): void;
}

/** `photosBuffer` 200 and `videosBuffer` 480 of the camera's database: what its storage holds. */
const capacity = 680;

export class UploadQueue {
  readonly #options: UploadQueueOptions;
  readonly #pending: Pending[] = [];
  #target: UploadTarget | undefined;
  #signal: AbortSignal | undefined;
  #held = false;
  #running = false;

  constructor(options: UploadQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.length;
  }

  /** Resolves when the platform acknowledged the file, or the full queue dropped it. */
  add(file: UploadFile): Promise<void> {
    return new Promise((resolve) => {
      if (this.#pending.length >= capacity) {
        // The one in flight is the first: drop the oldest that waits.
        const [oldest] = this.#pending.splice(1, 1);
        if (oldest !== undefined) {
          this.#options.onDropped(oldest, 'queue is full');
          oldest.settle();
        }
      }
      this.#pending.push({ ...file, settle: resolve });
      this.#pump();
    });
  }

  /** The camera has power and a configuration; `signal` ends with the power. */
  resume(target: UploadTarget, signal: AbortSignal): void {
    this.#target = target;
    this.#signal = signal;
    this.#pump();
  }

  /** Holds files back, as a camera does that has no bandwidth to spare. */
  set held(value: boolean) {
    this.#held = value;
    this.#pump();
  }

  #pump(): void {
    if (this.#running || this.#held) return;
    const [target, signal] = [this.#target, this.#signal];
    if (target === undefined || signal === undefined || signal.aborted) return;
    this.#running = true;
    void this.#drain(target, signal).finally(() => {
      this.#running = false;
      // Power may have returned, or a file come, while this run was ending.
      const next = this.#pending[0];
      if (next !== undefined && this.#signal?.aborted === false) this.#pump();
    });
  }

  async #drain(target: UploadTarget, signal: AbortSignal): Promise<void> {
    let retryInMs = this.#options.retryMs;
    for (let file = this.#pending[0]; file !== undefined; file = this.#pending[0]) {
      if (this.#held || isOff(signal)) return;
      try {
        const reply = await sendFile(file, target, this.#options, signal);
        if (reply.status !== 200) throw new RecoverableError(`answer ${reply.status}`);
      } catch (error) {
        if (isOff(signal)) return;
        this.#options.onFailed(file, errorMessage(error), retryInMs);
        await delay(retryInMs, signal).catch(() => undefined);
        retryInMs = Math.min(retryInMs * 2, this.#options.retryMs * 20);
        continue;
      }
      retryInMs = this.#options.retryMs;
      this.#pending.shift();
      this.#options.onAcknowledged({
        eventId: file.eventId,
        category: file.category,
        fileName: file.fileName,
        bytes: file.body.length,
        sha256: createHash('sha256').update(file.body).digest('hex'),
      });
      file.settle();
    }
  }
}

/** Read anew each time: the power may go during any await. */
function isOff(signal: AbortSignal): boolean {
  return signal.aborted;
}

export type SendOptions = Pick<
  UploadQueueOptions,
  'cameraId' | 'ca' | 'style' | 'expectContinue' | 'connectTo' | 'requestTimeoutMs'
>;

/** One attempt, as contract §4.5 and §4.6 (or the seed's POST, §17). Resolves with the answer to the file itself. */
export async function sendFile(
  file: UploadFile,
  target: UploadTarget,
  options: SendOptions,
  signal?: AbortSignal,
): Promise<FirmwareResponse> {
  const base = target.fileUploadServerUrl.replace(/\/+$/, '');
  const common = {
    ca: options.ca,
    timeoutMs: options.requestTimeoutMs,
    ...(options.connectTo === undefined ? {} : { connectTo: options.connectTo }),
    ...(signal === undefined ? {} : { signal }),
  };
  const metadata = {
    'x-amz-meta-sourceId': options.cameraId,
    'x-amz-meta-eventId': file.eventId,
    'x-amz-meta-activityType': file.activityType,
  };
  if (options.style === 'hivecam-upload') {
    return firmwareFetch({
      ...common,
      method: 'POST',
      url: `${new URL(base).origin}/hivecam/upload`,
      body: file.body,
      expectContinue: options.expectContinue,
      headers: {
        'Content-Type': 'application/zip',
        ...metadata,
        'x-amz-meta-fileName': file.fileName,
        'x-amz-meta-category': file.category,
      },
    });
  }
  const presign = await firmwareFetch({
    ...common,
    method: 'POST',
    url: `${base}/presignedUploadUrl`,
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from(JSON.stringify({ fileName: file.fileName, category: file.category, metadata })),
  });
  if (presign.status !== 200) return presign;
  const { url } = JSON.parse(presign.body.toString('utf8')) as { url?: unknown };
  if (typeof url !== 'string') throw new RecoverableError('the presign reply has no url');
  return firmwareFetch({
    ...common,
    method: 'PUT',
    url,
    body: file.body,
    expectContinue: options.expectContinue,
    headers: {
      'Content-Type': 'application/octet-stream',
      ...(options.style === 'presigned-no-headers' ? {} : metadata),
    },
  });
}
