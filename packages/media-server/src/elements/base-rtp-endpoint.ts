/** What both endpoints share: bandwidth bounds, REMB parameters, connection and media state, one offer and one answer. */
import { randomInt } from 'node:crypto';
import { KurentoError } from '../rpc/kurento-error.ts';
import { isObject } from '../rpc/json-rpc.ts';
import { defaultRembParams, type RembParams } from '../rtp/remb-controller.ts';
import { ntpEpochMs } from '../rtp/rtcp.ts';
import type { Context } from './context.ts';
import { MediaElement } from './media-element.ts';
import type { MediaObject } from './media-object.ts';

export const rtpHierarchy = [
  'kurento.BaseRtpEndpoint',
  'kurento.SdpEndpoint',
  'kurento.SessionEndpoint',
  'kurento.Endpoint',
  'kurento.MediaElement',
  'kurento.MediaObject',
] as const;

type State = 'CONNECTED' | 'DISCONNECTED';

export abstract class BaseRtpEndpoint extends MediaElement {
  /** kbit/s, 0 = no bound; Kurento's defaults. */
  protected readonly maxVideoRecvBandwidth: () => number;
  protected readonly minVideoRecvBandwidth: () => number;
  protected readonly maxVideoSendBandwidth: () => number;
  protected readonly minVideoSendBandwidth: () => number;
  readonly cname = `user${randomInt(1, 2 ** 32)}@host-${randomInt(1, 2 ** 32).toString(16)}`;
  readonly #states = new Map<string, State>();
  #rembParams: RembParams = defaultRembParams;
  #negotiated = false;
  #offer = '';
  #answer: string | undefined;

  constructor(
    context: Context,
    type: string,
    parent: MediaObject,
    find: (id: string) => MediaObject | undefined,
  ) {
    super(context, type, parent, find);
    const kbps = (value: unknown): number => {
      const number = Number(value);
      if (!Number.isFinite(number) || number < 0)
        throw new KurentoError(
          'MEDIA_OBJECT_ILLEGAL_PARAM_ERROR',
          'a bandwidth is a number of kbit/s, 0 or more',
        );
      return number;
    };
    this.maxVideoRecvBandwidth = this.property('maxVideoRecvBandwidth', 0, kbps);
    this.minVideoRecvBandwidth = this.property('minVideoRecvBandwidth', 0, kbps);
    this.maxVideoSendBandwidth = this.property('maxVideoSendBandwidth', 500, kbps);
    this.minVideoSendBandwidth = this.property('minVideoSendBandwidth', 100, kbps);
    this.property('maxAudioRecvBandwidth', 0, kbps);
    this.property('minAudioRecvBandwidth', 0, kbps);
    this.property('mtu', 1200, kbps);
    this.operation('getRembParams', () => ({
      __module__: 'kurento',
      __type__: 'RembParams',
      ...this.#rembParams,
    }));
    this.operation('setRembParams', (params) => this.#setRembParams(params['rembParams']), ['rembParams']);
    this.operation('getMediaState', () => this.#states.get('MediaStateChanged') ?? 'DISCONNECTED');
    this.operation('getConnectionState', () => this.#states.get('ConnectionStateChanged') ?? 'DISCONNECTED');
    this.operation('getLocalSessionDescriptor', () => this.#localDescription());
    this.operation('getRemoteSessionDescriptor', () => this.#offer);
    this.operation('processOffer', (params) => this.#processOffer(params['offer']), ['offer']);
    for (const name of ['processAnswer', 'generateOffer'])
      this.operation(name, () => {
        if (this.#negotiated) throw alreadyNegotiated();
        throw new KurentoError(
          'UNEXPECTED_ERROR',
          `${name} is not implemented here: give processOffer an offer`,
        );
      });
  }

  get rembParams(): RembParams {
    return this.#rembParams;
  }

  /** Given fields replace, others stay. */
  #setRembParams(given: unknown): void {
    if (!isObject(given)) throw new KurentoError('MARSHALL_ERROR', "'rembParams' must be an object");
    const params = { ...this.#rembParams };
    for (const name of Object.keys(defaultRembParams) as (keyof RembParams)[]) {
      const value = given[name];
      if (typeof value === 'number' && Number.isFinite(value)) params[name] = value;
    }
    this.#rembParams = params;
  }

  #localDescription(): string {
    if (this.#answer === undefined)
      throw new KurentoError('SDP_END_POINT_NO_LOCAL_SDP_ERROR', 'No local SDP');
    return this.#answer;
  }

  async #processOffer(given: unknown): Promise<string> {
    if (this.#negotiated) throw alreadyNegotiated();
    const offer = String(given);
    if (offer === '') throw new KurentoError('SDP_PARSE_ERROR', 'Empty offer not valid');
    this.#negotiated = true;
    try {
      this.#answer = await this.answer(offer);
    } catch (error) {
      // An offer that led to nothing may be followed by a better one.
      this.#negotiated = false;
      throw error;
    }
    this.#offer = offer;
    return this.#answer;
  }

  /** Takes what the offer needs and returns the answer; frees everything again when it throws. */
  protected abstract answer(offer: string): string | Promise<string>;

  /** As Kurento: seconds since 1900. */
  protected sessionNumber(): number {
    return Math.floor((Date.now() + ntpEpochMs) / 1000);
  }

  protected setState(event: 'ConnectionStateChanged' | 'MediaStateChanged', newState: State): void {
    const oldState = this.#states.get(event) ?? 'DISCONNECTED';
    if (oldState === newState) return;
    this.#states.set(event, newState);
    this.emit(event, { newState, oldState });
  }
}

export const invalidSdp = (): KurentoError => new KurentoError('SDP_PARSE_ERROR', 'Invalid SDP');
const alreadyNegotiated = (): KurentoError =>
  new KurentoError('SDP_END_POINT_ALREADY_NEGOTIATED', 'Endpoint already negotiated');

/** An SSRC, never 0. */
export const newSsrc = (): number => randomInt(1, 2 ** 32);
