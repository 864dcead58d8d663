/**
 * A sender's own clock, learnt from its sender reports: which NTP time belongs to which RTP timestamp. Reports to viewers
 * are read off the same line, so sound and picture stay in step whatever the camera thinks the time is.
 */
import type { SenderReport } from './rtcp.ts';
import { compactNtp } from './rtcp.ts';

export class SenderClock {
  readonly #clockRate: number;
  #last: { ntpMs: number; rtpTimestamp: number; atMs: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  note(report: SenderReport, rtpTimestamp: number, nowMs: number): void {
    this.#last = { ntpMs: report.ntpMs, rtpTimestamp, atMs: nowMs };
  }

  reset(): void {
    this.#last = undefined;
  }

  get known(): boolean {
    return this.#last !== undefined;
  }

  /** The sender's time now and the RTP timestamp that goes with it. */
  at(nowMs: number): { ntpMs: number; rtpTimestamp: number } | undefined {
    if (this.#last === undefined) return undefined;
    const elapsedMs = nowMs - this.#last.atMs;
    return {
      ntpMs: this.#last.ntpMs + elapsedMs,
      rtpTimestamp: (this.#last.rtpTimestamp + Math.round((elapsedMs * this.#clockRate) / 1000)) >>> 0,
    };
  }

  /** LSR and DLSR of a report block (RFC 3550 §6.4.1); zeros before the first report. */
  lastReport(nowMs: number): { lastSr: number; delaySinceLastSr: number } {
    if (this.#last === undefined) return { lastSr: 0, delaySinceLastSr: 0 };
    return {
      lastSr: compactNtp(this.#last.ntpMs),
      delaySinceLastSr: Math.floor(((nowMs - this.#last.atMs) * 65536) / 1000),
    };
  }
}
