/**
 * Where a camera's packets come from and answers go. Comedia: the peer's address is learnt from its packets, and nothing
 * flows back before both RTP and RTCP have come. A stranger cannot take over a stream that is alive: a new address is
 * believed only when the old one has been silent.
 */
import type { RemoteInfo } from 'node:dgram';

export interface Address {
  readonly address: string;
  readonly port: number;
}

const takeoverSilenceMs = 500;
/** Reports come every second or so. */
const reportsTakeoverSilenceMs = 6000;

export class CameraRoute {
  #rtp: Address | undefined;
  #rtcp: Address | undefined;
  #lastRtpMs = Number.NEGATIVE_INFINITY;
  #lastRtcpMs = Number.NEGATIVE_INFINITY;
  readonly #fixed: boolean;

  /** `fixed`: the offer named addresses and meant them. */
  constructor(fixed: { readonly rtp: Address; readonly rtcp: Address } | undefined) {
    this.#fixed = fixed !== undefined;
    this.#rtp = fixed?.rtp;
    this.#rtcp = fixed?.rtcp;
  }

  /** @returns whether the packet is the camera's, and whether the camera has moved */
  noteRtp(from: RemoteInfo, nowMs: number): 'ours' | 'moved' | 'stranger' {
    const known = this.#rtp;
    if (this.#fixed || known === undefined || same(known, from)) {
      if (!this.#fixed) this.#rtp = known ?? { address: from.address, port: from.port };
      this.#lastRtpMs = nowMs;
      return 'ours';
    }
    if (nowMs - this.#lastRtpMs < takeoverSilenceMs) return 'stranger';
    this.#rtp = { address: from.address, port: from.port };
    this.#rtcp = undefined;
    this.#lastRtpMs = nowMs;
    return 'moved';
  }

  noteRtcp(from: RemoteInfo, nowMs: number): 'ours' | 'stranger' {
    if (this.#fixed) return 'ours';
    if (this.#rtp !== undefined && this.#rtp.address !== from.address) return 'stranger';
    const known = this.#rtcp;
    if (known !== undefined && !same(known, from) && nowMs - this.#lastRtcpMs < reportsTakeoverSilenceMs)
      return 'stranger';
    this.#rtcp = { address: from.address, port: from.port };
    this.#lastRtcpMs = nowMs;
    return 'ours';
  }

  /** Both directions may be used; undefined until RTP and RTCP have come. */
  get back(): { readonly rtp: Address; readonly rtcp: Address } | undefined {
    return this.#rtp === undefined || this.#rtcp === undefined
      ? undefined
      : { rtp: this.#rtp, rtcp: this.#rtcp };
  }
}

function same(a: Address, b: Address): boolean {
  return a.port === b.port && a.address === b.address;
}
