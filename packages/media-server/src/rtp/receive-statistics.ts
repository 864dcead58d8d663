/**
 * What a receiver knows of one incoming RTP stream (RFC 3550 appendix A): extended sequence numbers, loss, jitter, and
 * which packets are missing so that they can be asked for again. Time is given, never read.
 */
import type { ReportBlock } from './rtcp.ts';
import { sequenceDistance } from './rtp-packet.ts';

/** A gap wider than this is a new start of the sender, not loss. */
const restartGap = 1000;
/** Wait this long before the first NACK: packets swap places on Wi-Fi. */
const reorderMs = 12;
const nackAgainMs = 60;
const nackTries = 6;
/** More missing than this at once: retransmission cannot save the picture. */
const nackLimit = 200;

interface Missing {
  readonly sinceMs: number;
  tries: number;
  lastMs: number;
}

export type Arrival = 'first' | 'next' | 'gap' | 'late' | 'duplicate' | 'restart';

export class ReceiveStatistics {
  readonly #clockRate: number;
  readonly #missing = new Map<number, Missing>();
  #started = false;
  #first = 0;
  /** Extended highest sequence number. */
  #highest = 0;
  #jitter = 0;
  #lastTransit: number | undefined;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #receivedSinceStart = 0;
  /** Came only because they were asked for again. */
  #repairedSinceStart = 0;
  #repairedBefore = 0;
  packetsReceived = 0;
  bytesReceived = 0;
  /** Extended number, 32 bits, of the newest packet. */
  get highestSequence(): number {
    return this.#highest >>> 0;
  }

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  note(sequence: number, timestamp: number, bytes: number, nowMs: number): Arrival {
    const arrival = this.#place(sequence, nowMs);
    if (arrival === 'duplicate') return arrival;
    this.packetsReceived += 1;
    this.#receivedSinceStart += 1;
    this.bytesReceived += bytes;
    if (arrival !== 'late') this.#noteTransit(timestamp, nowMs);
    return arrival;
  }

  #place(sequence: number, nowMs: number): Arrival {
    if (!this.#started) {
      this.#begin(sequence);
      return 'first';
    }
    const distance = sequenceDistance(this.#highest & 0xffff, sequence);
    if (distance > restartGap || distance < -restartGap) {
      this.#begin(sequence);
      return 'restart';
    }
    if (distance > 0) {
      for (let step = 1; step < distance; step += 1)
        this.#missing.set((this.#highest + step) & 0xffff, { sinceMs: nowMs, tries: 0, lastMs: nowMs });
      this.#highest += distance;
      return distance === 1 ? 'next' : 'gap';
    }
    const missing = this.#missing.get(sequence);
    if (missing === undefined) return 'duplicate';
    this.#missing.delete(sequence);
    if (missing.tries > 0) this.#repairedSinceStart += 1;
    return 'late';
  }

  /** The next packet counts as the first: the sender is known to have started over. */
  restart(): void {
    this.#started = false;
    this.#missing.clear();
  }

  #begin(sequence: number): void {
    this.#started = true;
    this.#first = sequence;
    this.#highest = sequence;
    this.#jitter = 0;
    this.#lastTransit = undefined;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#receivedSinceStart = 0;
    this.#repairedSinceStart = 0;
    this.#repairedBefore = 0;
    this.#missing.clear();
  }

  #noteTransit(timestamp: number, nowMs: number): void {
    const transit = (nowMs * this.#clockRate) / 1000 - timestamp;
    if (this.#lastTransit !== undefined) {
      const difference = Math.abs(transit - this.#lastTransit);
      // A wrapped timestamp is not jitter.
      if (difference < 2 ** 31) this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
  }

  get packetsLost(): number {
    return this.#started ? this.#highest - this.#first + 1 - this.#receivedSinceStart : 0;
  }

  /** Seconds. */
  get jitterSeconds(): number {
    return this.#jitter / this.#clockRate;
  }

  /**
   * Closes a reporting interval: shares of packets lost since the last call in 256ths, and how many came. `lostOnTheWay`
   * counts a packet that had to be sent twice as lost: repair must not hide a link that is too narrow.
   */
  interval(): { fractionLost: number; lostOnTheWay: number; received: number } {
    if (!this.#started) return { fractionLost: 0, lostOnTheWay: 0, received: 0 };
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const received = this.#receivedSinceStart - this.#receivedBefore;
    const repaired = this.#repairedSinceStart - this.#repairedBefore;
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#receivedSinceStart;
    this.#repairedBefore = this.#repairedSinceStart;
    const share = (lost: number): number =>
      expectedNow <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expectedNow));
    const lost = expectedNow - received;
    return { fractionLost: share(lost), lostOnTheWay: share(lost + repaired), received };
  }

  reportBlock(ssrc: number, fractionLost: number, lastSr: number, delaySinceLastSr: number): ReportBlock {
    return {
      ssrc,
      fractionLost,
      packetsLost: this.packetsLost,
      highestSequence: this.highestSequence,
      jitter: Math.floor(this.#jitter),
      lastSr,
      delaySinceLastSr,
    };
  }

  get hasMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** What to ask for again now, and whether something was given up: then only a key picture helps. */
  takeNacks(nowMs: number): { lost: number[]; givenUp: boolean } {
    if (this.#missing.size > nackLimit) {
      this.#missing.clear();
      return { lost: [], givenUp: true };
    }
    const lost: number[] = [];
    let givenUp = false;
    for (const [sequence, missing] of this.#missing) {
      const due = missing.tries === 0 ? missing.sinceMs + reorderMs : missing.lastMs + nackAgainMs;
      if (nowMs < due) continue;
      if (missing.tries >= nackTries) {
        this.#missing.delete(sequence);
        givenUp = true;
        continue;
      }
      missing.tries += 1;
      missing.lastMs = nowMs;
      lost.push(sequence);
    }
    return { lost, givenUp };
  }
}
