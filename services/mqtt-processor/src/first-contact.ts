/**
 * Keeps the first raw messages of each kind a camera sends, so that what the contract leaves unproven (contract §18) can
 * be settled with a real camera. Best effort: a short queue, one writer; what does not fit or cannot be written is
 * dropped, and nothing waits for it.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { MessageItem } from './item.ts';

const keptOfAKind = 20;
const maxQueued = 200;
const maxPayloadBytes = 64 * 1024;
const maxCameras = 2000;

export class FirstContact {
  readonly #dir: string;
  readonly #logger: Logger;
  /** Per camera, how many of each kind are kept. */
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #queue: MessageItem[] = [];
  #writing: Promise<void> | undefined;
  #broken = false;

  constructor(dir: string, logger: Logger) {
    this.#dir = dir;
    this.#logger = logger;
  }

  note(item: MessageItem): void {
    if (this.#broken || this.#queue.length >= maxQueued) return;
    const counts = this.#counts.get(item.cameraId);
    if (counts === undefined && this.#counts.size >= maxCameras) return;
    if ((counts?.get(item.topicKind) ?? 0) >= keptOfAKind) return;
    this.#queue.push(item);
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#queue.length = 0;
    await this.#writing;
  }

  async #drain(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      try {
        await this.#keep(item);
      } catch (error) {
        this.#broken = true;
        this.#queue.length = 0;
        this.#logger.warn({ fact: 'first contact is not kept', reason: errorMessage(error) });
      }
    }
  }

  async #keep(item: MessageItem): Promise<void> {
    const folder = join(this.#dir, item.cameraId);
    let counts = this.#counts.get(item.cameraId);
    if (counts === undefined) {
      await mkdir(folder, { recursive: true, mode: 0o2770 });
      this.#counts.set(item.cameraId, (counts = countKinds(await readdir(folder))));
    }
    const number = (counts.get(item.topicKind) ?? 0) + 1;
    if (number > keptOfAKind) return;
    counts.set(item.topicKind, number);
    const bytes = item.payload.subarray(0, maxPayloadBytes);
    const text = bytes.toString('utf8');
    const record = {
      topic: item.topic,
      qos: item.qos,
      retain: item.retain,
      dup: item.dup,
      receivedAt: new Date(item.receivedAtMs).toISOString(),
      bytes: item.payload.length,
      ...(Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') }),
    };
    await writeFile(
      join(folder, `mqtt-${item.topicKind}-${String(number).padStart(2, '0')}.json`),
      `${JSON.stringify(record, undefined, 2)}\n`,
      { mode: 0o640 },
    );
  }
}

/** Counts of an earlier process, from the names of its files. */
function countKinds(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    const match = /^mqtt-(.+)-(\d+)\.json$/.exec(name);
    const [kind, number] = [match?.[1], Number(match?.[2])];
    if (kind !== undefined) counts.set(kind, Math.max(counts.get(kind) ?? 0, number));
  }
  return counts;
}
