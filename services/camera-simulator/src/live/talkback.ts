/**
 * What the camera's loudspeaker would play: counts packets on the audio port and measures how loud they are. Opus is
 * decoded by libopus in WebAssembly (opus-decoder: nothing to compile); PCMU by its formula.
 */
import { OpusDecoder } from 'opus-decoder';
import { RtpPacket } from 'rtp.js/packets';
import { audioPayloadTypes } from './play-sdp.ts';
import { viewOf } from './rtcp.ts';

/** RMS of full scale above which a packet counts as sound; muted microphones stay far below. */
const loudness = 0.01;

export class Talkback {
  packets = 0;
  bytes = 0;
  /** Packets with sound in them. */
  loudPackets = 0;
  /** Neither Opus nor PCMU, or not to be decoded. */
  undecodable = 0;
  /** RMS of the last packet, 0 to 1. */
  level = 0;
  /** The highest `level`. */
  peak = 0;
  readonly byPayloadType = new Map<number, number>();
  #decoder: Promise<OpusDecoder> | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  receive(datagram: Buffer): void {
    let packet: RtpPacket;
    try {
      packet = new RtpPacket(viewOf(datagram));
    } catch {
      this.undecodable += 1;
      return;
    }
    const type = packet.getPayloadType();
    const view = packet.getPayload();
    const payload = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    this.packets += 1;
    this.bytes += payload.length;
    this.byPayloadType.set(type, (this.byPayloadType.get(type) ?? 0) + 1);
    if (type === audioPayloadTypes.pcmu) this.#heard(rms(Float32Array.from(payload, muLaw)));
    else if (type === audioPayloadTypes.opus) this.#work = this.#work.then(() => this.#decode(payload));
    else this.undecodable += 1;
    this.#changed();
  }

  close(): void {
    this.#closed = true;
    void this.#work.then(async () => {
      const decoder = await this.#decoder;
      decoder?.free();
    });
  }

  async #decode(payload: Uint8Array): Promise<void> {
    if (this.#closed) return;
    try {
      this.#decoder ??= newDecoder();
      const decoder = await this.#decoder;
      const { channelData, errors } = decoder.decodeFrame(payload);
      if (errors.length > 0) this.undecodable += 1;
      else this.#heard(Math.max(0, ...channelData.map(rms)));
    } catch {
      this.undecodable += 1;
    }
    this.#changed();
  }

  #heard(level: number): void {
    this.level = level;
    this.peak = Math.max(this.peak, level);
    if (level >= loudness) this.loudPackets += 1;
  }
}

async function newDecoder(): Promise<OpusDecoder> {
  const decoder = new OpusDecoder({ channels: 2 });
  await decoder.ready;
  return decoder;
}

function rms(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** ITU-T G.711 μ-law to −1 … 1. */
function muLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return ((bits & 0x80) === 0 ? magnitude : -magnitude) / 32768;
}
