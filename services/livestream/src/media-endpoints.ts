/** The two kinds of endpoints, with names and values as the media server has them (6.16 to 7.3). */
import type { IceCandidate } from '@apiary/contract';
import type { MediaObject } from './media-object.ts';

export type MediaType = 'AUDIO' | 'VIDEO';

export interface VideoStats {
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Bit/s last asked of the camera. */
  readonly remb: number | undefined;
}

abstract class Endpoint {
  protected readonly object: MediaObject;

  constructor(object: MediaObject) {
    this.object = object;
  }

  get id(): string {
    return this.object.id;
  }

  /** SDP answer. Once per endpoint. */
  async processOffer(offer: string): Promise<string> {
    const answer = await this.object.invoke('processOffer', { offer });
    if (typeof answer !== 'string') throw new Error('the media server gave no SDP answer');
    return answer;
  }

  /** Media flows from this endpoint to `sink`, which takes it from nowhere else any more. */
  async connect(sink: Endpoint, mediaType?: MediaType): Promise<void> {
    await this.object.invoke('connect', {
      sink: sink.id,
      ...(mediaType === undefined ? {} : { mediaType }),
    });
  }

  /** Something is decoded and encoded anew, which costs a processor core. */
  onTranscoding(listener: (mediaType: MediaType, active: boolean) => void): Promise<void> {
    return this.object.subscribe(['MediaTranscodingStateChanged', 'MediaTranscodingStateChange'], (data) =>
      listener(data['mediaType'] as MediaType, data['state'] === 'TRANSCODING'),
    );
  }

  /** Where the estimate begins; by itself at 300 kbit/s, from where it climbs 4 % a step. */
  protected async startRembAt(kbps: number): Promise<void> {
    await this.object.invokeWith('setRembParams', 'rembParams', 'RembParams', { rembOnConnect: kbps * 1000 });
  }

  release(): Promise<void> {
    return this.object.release();
  }
}

/** Plain RTP to and from a camera. */
export class RtpEndpoint extends Endpoint {
  /**
   * Bounds of what the camera is asked to send (this starts REMB), and how that is found. Before `processOffer`, which
   * reads them. REMB parameters are no key of any .ini file of the media server.
   */
  async limitReceiving({ min, max }: { min: number; max: number }): Promise<void> {
    await Promise.all([
      this.object.invoke('setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: max }),
      this.object.invoke('setMinVideoRecvBandwidth', { minVideoRecvBandwidth: min }),
      this.startRembAt(max),
    ]);
  }

  /** The camera's packets arrive, or no longer. */
  onFlow(listener: (mediaType: MediaType, flowing: boolean) => void): Promise<void> {
    return this.object.subscribe(['MediaFlowOutStateChanged', 'MediaFlowOutStateChange'], (data) =>
      listener(data['mediaType'] as MediaType, data['state'] === 'FLOWING'),
    );
  }

  /** RTCP goes both ways, or no longer. */
  onRtcp(listener: (bothWays: boolean) => void): Promise<void> {
    return this.object.subscribe(['MediaStateChanged'], (data) => listener(data['newState'] === 'CONNECTED'));
  }

  async videoStats(): Promise<VideoStats | undefined> {
    const stats = (await this.object.invoke('getStats', { mediaType: 'VIDEO' })) as Record<
      string,
      Record<string, unknown>
    > | null;
    const inbound = Object.values(stats ?? {}).find((each) => each['type'] === 'inboundrtp');
    if (inbound === undefined) return undefined;
    const count = (name: string): number => Number(inbound[name] ?? 0);
    return {
      bytesReceived: count('bytesReceived'),
      packetsReceived: count('packetsReceived'),
      packetsLost: Math.max(0, count('packetsLost')),
      remb: inbound['remb'] === undefined ? undefined : count('remb'),
    };
  }
}

/** WebRTC to and from a viewer. */
export class WebRtcEndpoint extends Endpoint {
  /**
   * Without this a viewer counts as good for 500 kbit/s, and starves the camera down to it; and one that joins asks for
   * 300 kbit/s until its browser has measured.
   */
  async limitSending({ min, max }: { min: number; max: number }): Promise<void> {
    await Promise.all([
      this.object.invoke('setMaxVideoSendBandwidth', { maxVideoSendBandwidth: max }),
      this.object.invoke('setMinVideoSendBandwidth', { minVideoSendBandwidth: min }),
      this.startRembAt(max),
    ]);
  }

  onIceCandidate(listener: (candidate: IceCandidate) => void): Promise<void> {
    return this.object.subscribe(['IceCandidateFound', 'OnIceCandidate'], (data) => {
      const { candidate, sdpMid, sdpMLineIndex } = data['candidate'] as IceCandidate;
      listener({ candidate, sdpMid, sdpMLineIndex });
    });
  }

  /** The picture goes to the viewer: from the first one that can be decoded on. */
  onFlow(listener: (mediaType: MediaType, flowing: boolean) => void): Promise<void> {
    return this.object.subscribe(['MediaFlowInStateChanged', 'MediaFlowInStateChange'], (data) =>
      listener(data['mediaType'] as MediaType, data['state'] === 'FLOWING'),
    );
  }

  async gatherCandidates(): Promise<void> {
    await this.object.invoke('gatherCandidates');
  }

  async addIceCandidate(candidate: IceCandidate): Promise<void> {
    await this.object.invokeWith('addIceCandidate', 'candidate', 'IceCandidate', candidate);
  }
}
