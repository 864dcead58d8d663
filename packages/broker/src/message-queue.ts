/**
 * The messages waiting for one durable session, oldest first. A bounded part is in memory; what is beyond it stays on
 * disk until its turn, so that memory does not grow with the queue. Everything here is already written.
 */
import type { GroupWriter } from './group-writer.ts';
import { decodeMessage, messageKey, queueEnd, type QueuedMessage } from './message-codec.ts';

const maxInMemory = 4096;
const maxInMemoryBytes = 8 * 1024 * 1024;
/** Below it the next page is fetched. */
const lowMark = 512;
const pageLength = 1024;

export class MessageQueue {
  readonly #store: GroupWriter;
  readonly #session: number;
  readonly #onLoaded: () => void;
  #memory: QueuedMessage[] = [];
  #head = 0;
  #memoryBytes = 0;
  /** How many are on disk only; the first of them is at or after `#diskFrom`, the last at or before `#diskTo`. */
  #onDisk = 0;
  #diskFrom = 1;
  #diskTo = 0;
  #loading = false;

  /** `onLoaded`: messages have come from the disk. */
  constructor(store: GroupWriter, session: number, onLoaded: () => void) {
    this.#store = store;
    this.#session = session;
    this.#onLoaded = onLoaded;
  }

  get length(): number {
    return this.#memory.length - this.#head + this.#onDisk;
  }

  push(message: QueuedMessage): void {
    const room = this.#memory.length - this.#head < maxInMemory && this.#memoryBytes < maxInMemoryBytes;
    if (this.#onDisk === 0 && room) this.#add(message);
    else this.pushStored(message.sequence);
  }

  /** A message that is known to be on disk and need not be read yet. */
  pushStored(sequence: number): void {
    if (this.#onDisk === 0) this.#diskFrom = sequence;
    this.#diskTo = sequence;
    this.#onDisk += 1;
  }

  shift(): QueuedMessage | undefined {
    const message = this.#memory[this.#head];
    if (message === undefined) return undefined;
    this.#head += 1;
    this.#memoryBytes -= message.payload.length;
    if (this.#head > 1024 && this.#head * 2 > this.#memory.length) {
      this.#memory = this.#memory.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  /** Messages that come before all others: sent once, not acknowledged. */
  unshift(messages: readonly QueuedMessage[]): void {
    this.#memory = [...messages, ...this.#memory.slice(this.#head)];
    this.#head = 0;
    for (const message of messages) this.#memoryBytes += message.payload.length;
  }

  /** Fetches the next page when memory runs low and the disk holds more. */
  refill(): void {
    if (this.#loading || this.#onDisk === 0 || this.#memory.length - this.#head >= lowMark) return;
    this.#loading = true;
    this.#load().then(
      () => {
        this.#loading = false;
        this.#onLoaded();
      },
      // Tried again at the next occasion, unless the broker is stopping.
      () => {
        this.#loading = false;
      },
    );
  }

  async #load(): Promise<void> {
    // What is appended while we read comes after `to`.
    const to = this.#diskTo;
    const from = messageKey(this.#session, this.#diskFrom);
    const end = messageKey(this.#session, to + 1);
    const page = await this.#store.read(from, end, pageLength);
    let bytes = 0;
    for (const [key, value] of page) {
      const message = decodeMessage(key, value);
      this.#add(message);
      this.#onDisk -= 1;
      this.#diskFrom = message.sequence + 1;
      bytes += value.length;
      if (bytes > maxInMemoryBytes) return;
    }
    // Fewer than we counted can only mean that files were lost: do not ask for ever.
    if (page.length < pageLength && this.#diskFrom <= to) {
      this.#diskFrom = to + 1;
      this.#onDisk = Math.min(this.#onDisk, this.#diskTo - to);
    }
  }

  #add(message: QueuedMessage): void {
    this.#memory.push(message);
    this.#memoryBytes += message.payload.length;
  }

  /** Range of keys of the whole queue. */
  static range(session: number): readonly [string, string] {
    return [messageKey(session, 0), queueEnd(session)];
  }
}
