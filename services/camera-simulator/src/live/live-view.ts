/**
 * What the camera does on `stream/play`, `stream/keepalive` and `stream/stop` (contract §9.6): one stream at a time, a
 * new play replaces it. It answers nothing by MQTT, as the camera does; what it did is told as facts and levers.
 */
import { errorMessage } from '@apiary/base/errors';
import type { CameraFact, Untold } from '../facts.ts';
import { loadLiveClip } from './live-clip.ts';
import { LiveStream, type EndReason, type LiveOptions } from './live-stream.ts';
import { readPlaySdp } from './play-sdp.ts';
import { openPortPair } from './port-pair.ts';

export interface LiveHooks {
  readonly tell: (fact: Untold<CameraFact>) => void;
  readonly changed: () => void;
  /** In privacy the camera does nothing (contract §6.4). */
  readonly private: () => boolean;
}

/** Ended streams kept for a look back. */
const endedHistory = 20;

export class LiveView {
  /** Hold for the next stream; `stream.line.quality` changes a running one. */
  options: LiveOptions;
  /** Why plays were refused, oldest first. */
  readonly refusals: string[] = [];
  /** Streams that ended, oldest first; their counters stay readable. */
  readonly ended: LiveStream[] = [];
  /** Plays that became streams. */
  started = 0;
  /** Keepalives and stops for another stream than the running one. */
  strays = 0;
  readonly #hooks: LiveHooks;
  #stream: LiveStream | undefined;
  /** The newest play; older ones that are still opening give up. */
  #opening: { readonly streamId: string } | undefined;

  constructor(options: LiveOptions, hooks: LiveHooks) {
    this.options = options;
    this.#hooks = hooks;
  }

  /** The running stream. */
  get stream(): LiveStream | undefined {
    return this.#stream;
  }

  /** The running stream, else the one that ended last. */
  get lastStream(): LiveStream | undefined {
    return this.#stream ?? this.ended.at(-1);
  }

  /** @param command `stream/play`, `stream/keepalive` or `stream/stop` */
  obey(command: string, body: Readonly<Record<string, unknown>>): void {
    switch (command) {
      case 'stream/play':
        void this.#play(body);
        break;
      case 'stream/keepalive':
        if (this.#stream?.streamId === body['streamId']) this.#stream?.keepalive();
        else if (this.#opening?.streamId !== body['streamId']) this.strays += 1;
        break;
      case 'stream/stop':
        // A late stop of an earlier stream must not end the new one.
        if (this.#opening?.streamId === body['streamId']) this.#opening = undefined;
        else if (this.#stream?.streamId === body['streamId']) this.end('stop');
        else this.strays += 1;
        break;
      default:
    }
    this.#hooks.changed();
  }

  end(reason: EndReason): void {
    this.#opening = undefined;
    this.#stream?.end(reason);
  }

  async #play(body: Readonly<Record<string, unknown>>): Promise<void> {
    const { streamId, sdpOffer } = body;
    if (typeof streamId !== 'string' || streamId === '') {
      this.#refuse('no streamId', undefined);
      return;
    }
    const read = this.#hooks.private() ? { refused: 'privacy mode' } : readPlaySdp(sdpOffer);
    if ('refused' in read) {
      this.#refuse(read.refused, streamId);
      return;
    }
    const { sdp } = read;

    this.end('replaced');
    const opening = { streamId };
    this.#opening = opening;
    try {
      const clip = loadLiveClip(this.options.clipDir);
      const [video, audio] = await Promise.all([openPortPair(), openPortPair()]);
      // Stopped, or replaced, before the sockets were there.
      if (this.#opening !== opening) {
        video.close();
        audio.close();
        return;
      }
      this.#opening = undefined;
      this.started += 1;
      const stream = new LiveStream({
        streamId,
        sdp,
        clip,
        ports: { video, audio },
        options: this.options,
        changed: this.#hooks.changed,
        bitrateChanged: (bitrate) => this.#hooks.tell({ fact: 'stream bitrate', streamId, bitrate }),
        ended: (reason) => this.#ended(reason),
      });
      this.#stream = stream;
      const { address, rtpPort: videoPort } = sdp.video;
      const { rtpPort: audioPort } = sdp.audio;
      this.#hooks.tell({ fact: 'stream started', streamId, address, videoPort, audioPort });
      if (!sdp.passive) this.#hooks.tell({ fact: 'stream without direction:passive', streamId });
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      this.#refuse(errorMessage(error), streamId);
    }
  }

  #ended(reason: EndReason): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#stream = undefined;
    this.ended.push(stream);
    if (this.ended.length > endedHistory) this.ended.shift();
    this.#hooks.tell({ fact: 'stream ended', reason, ...stream.summary() });
  }

  #refuse(reason: string, streamId: string | undefined): void {
    this.refusals.push(reason);
    this.#hooks.tell({ fact: 'stream refused', reason, streamId });
  }
}
