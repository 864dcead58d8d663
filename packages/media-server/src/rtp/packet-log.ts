/**
 * The last packets of one track in the order they came, on one continuous line of sequence numbers and timestamps. A
 * joining viewer reads on from the newest key picture, a viewer that lost something asks by sequence number. Bounded in
 * packets and bytes: an old entry is simply no longer there.
 */
import { keyPart } from './h264.ts';

export interface MediaPacket {
  /** 16 bits, continuous over a restart of the sender. */
  readonly sequence: number;
  /** 32 bits, likewise. */
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly payload: Buffer;
}

/** 2048 packets are about nine seconds at 2 Mbit/s; must be a power of two. */
const capacity = 2048;
/** A group longer than this is not replayed: the burst would hurt more than the wait for the asked-for key picture. */
const replayPackets = 900;
const replayBytes = 1_000_000;

export class PacketLog {
  readonly #video: boolean;
  readonly #packets = new Array<MediaPacket | undefined>(capacity);
  readonly #positionOf = new Map<number, number>();
  #head = 0;
  #groupStart: number | undefined;
  #groupTimestamp = 0;
  #groupAtMs = 0;
  #groupBytes = 0;

  constructor(kind: 'audio' | 'video') {
    this.#video = kind === 'video';
  }

  /** Position the next packet will have. */
  get head(): number {
    return this.#head;
  }

  /** Appends; tells whether a decoder can start at this very packet. */
  push(packet: MediaPacket): { keyStart: boolean } {
    const slot = this.#head % capacity;
    const gone = this.#packets[slot];
    if (gone !== undefined && this.#positionOf.get(gone.sequence) === this.#head - capacity)
      this.#positionOf.delete(gone.sequence);
    this.#packets[slot] = packet;
    this.#positionOf.set(packet.sequence, this.#head);
    const keyStart = this.#video && this.#noteGroup(packet);
    this.#groupBytes += packet.payload.length;
    this.#head += 1;
    return { keyStart };
  }

  /** A group starts at the parameter sets, or at the key picture when there are none right before it. */
  #noteGroup(packet: MediaPacket): boolean {
    if (keyPart(packet.payload) === undefined) return false;
    const samePicture = this.#groupStart !== undefined && packet.timestamp === this.#groupTimestamp;
    if (samePicture) return false;
    this.#groupStart = this.#head;
    this.#groupTimestamp = packet.timestamp;
    this.#groupAtMs = performance.now();
    this.#groupBytes = 0;
    return true;
  }

  at(position: number): MediaPacket | undefined {
    if (position < 0 || position >= this.#head || position < this.#head - capacity) return undefined;
    return this.#packets[position % capacity];
  }

  bySequence(sequence: number): MediaPacket | undefined {
    const position = this.#positionOf.get(sequence);
    return position === undefined ? undefined : this.at(position);
  }

  /** Where a joining viewer may start reading; undefined when there is no group, or one too long to replay. */
  replayStart(): number | undefined {
    const start = this.#groupStart;
    if (start === undefined || this.at(start) === undefined) return undefined;
    if (this.#head - start > replayPackets || this.#groupBytes > replayBytes) return undefined;
    return start;
  }

  /** Since the newest group began to come; infinite without one. */
  groupAgeMs(nowMs: number): number {
    return this.#groupStart === undefined ? Number.POSITIVE_INFINITY : nowMs - this.#groupAtMs;
  }

  /** The sender started over: what it sent before cannot be decoded together with what comes. */
  breakGroup(): void {
    this.#groupStart = undefined;
  }
}
