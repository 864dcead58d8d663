/**
 * What a receiver asks of a camera between its reports: again what was lost (NACK), a key picture (FIR or PLI). Each goes
 * behind an empty RR and a CNAME (RFC 4585 §3.1, minimal compound packet).
 */
import { KeyframeRequests, type KeyframeReason } from '../rtp/keyframe-requests.ts';
import type { ReceiveStatistics } from '../rtp/receive-statistics.ts';
import { fir, nack, pli, receiverReport, sdesCname } from '../rtp/rtcp-writer.ts';

export interface CameraFeedbackOptions {
  readonly ownSsrc: number;
  readonly cname: string;
  /** Kinds agreed on in SDP, such as `nack pli`. */
  readonly kinds: readonly string[];
  /** Of the camera's stream; what the offer said until it is known. */
  readonly mediaSsrc: () => number;
  readonly statistics: ReceiveStatistics;
  /** False while the way back to the camera is unknown. */
  readonly canSend: () => boolean;
  readonly send: (compound: Buffer) => void;
  /** Something lost will not come any more. */
  readonly onLoss: () => void;
}

const nackCheckMs = 15;

export class CameraFeedback {
  readonly counts = { nack: 0, pli: 0, fir: 0 };
  readonly #options: CameraFeedbackOptions;
  readonly #keyframes: KeyframeRequests;
  /** Asked for before the way back was known. */
  #pending: KeyframeReason | undefined;
  #firSequence = 0;
  #nackTimer: NodeJS.Timeout | undefined;

  constructor(options: CameraFeedbackOptions) {
    this.#options = options;
    this.#keyframes = new KeyframeRequests((reason) => this.#sendKeyframeRequest(reason));
  }

  requestKeyframe(reason: KeyframeReason): void {
    if (this.#options.canSend()) this.#keyframes.request(reason);
    else this.#pending = reason;
  }

  /** The way back is known from now on. */
  flush(): void {
    if (this.#pending === undefined) return;
    this.#keyframes.request(this.#pending);
    this.#pending = undefined;
  }

  keyframeCame(): void {
    this.#keyframes.answered();
  }

  #sendKeyframeRequest(reason: KeyframeReason): void {
    const { kinds, ownSsrc, mediaSsrc } = this.#options;
    const byFir = kinds.includes('ccm fir') && (reason === 'join' || !kinds.includes('nack pli'));
    if (byFir) {
      this.#firSequence = (this.#firSequence + 1) & 0xff;
      this.counts.fir += 1;
      this.#send(fir(ownSsrc, mediaSsrc(), this.#firSequence));
    } else if (kinds.includes('nack pli')) {
      this.counts.pli += 1;
      this.#send(pli(ownSsrc, mediaSsrc()));
    }
  }

  /** Packets are missing: asks for them a moment later, when they are not only out of order. */
  noteGap(): void {
    if (!this.#options.kinds.includes('nack') || this.#nackTimer !== undefined) return;
    this.#nackTimer = setTimeout(() => {
      this.#nackTimer = undefined;
      this.#askForLost();
    }, nackCheckMs);
  }

  #askForLost(): void {
    const { statistics, ownSsrc, mediaSsrc, onLoss } = this.#options;
    const { lost, givenUp } = statistics.takeNacks(performance.now());
    if (lost.length > 0) {
      this.counts.nack += 1;
      this.#send(nack(ownSsrc, mediaSsrc(), lost));
    }
    if (givenUp) onLoss();
    if (statistics.hasMissing) this.noteGap();
  }

  #send(feedback: Buffer): void {
    const { ownSsrc, cname, send } = this.#options;
    send(Buffer.concat([receiverReport(ownSsrc, []), sdesCname(ownSsrc, cname), feedback]));
  }

  stop(): void {
    clearTimeout(this.#nackTimer);
    this.#keyframes.stop();
  }
}
