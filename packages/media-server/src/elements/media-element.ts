/**
 * An object media flows through. A sink has one source for each kind of media: a new source replaces the old one, as in
 * Kurento.
 */
import { KurentoError, objectNotFound } from '../rpc/kurento-error.ts';
import type { Params } from '../rpc/json-rpc.ts';
import type { Context } from './context.ts';
import { MediaObject } from './media-object.ts';

export const mediaTypes = ['AUDIO', 'DATA', 'VIDEO'] as const;
export type MediaType = (typeof mediaTypes)[number];

type Flow = 'FLOWING' | 'NOT_FLOWING';

export abstract class MediaElement extends MediaObject {
  readonly #sinks = new Map<MediaType, Set<MediaElement>>(mediaTypes.map((type) => [type, new Set()]));
  readonly #sources = new Map<MediaType, MediaElement>();
  readonly #flow = new Map<string, Flow>();
  readonly #find: (id: string) => MediaObject | undefined;

  constructor(
    context: Context,
    type: string,
    parent: MediaObject,
    find: (id: string) => MediaObject | undefined,
  ) {
    super(context, type, parent);
    this.#find = find;
    this.operation('connect', (params) => this.connect(this.#sinkOf(params), typesOf(params)), ['sink']);
    this.operation('disconnect', (params) => this.disconnect(this.#sinkOf(params), typesOf(params)), [
      'sink',
    ]);
    this.operation('getSinkConnections', (params) =>
      typesOf(params).flatMap((media) =>
        [...this.sinksOf(media)].map((sink) => connection(this, sink, media)),
      ),
    );
    this.operation('getSourceConnections', (params) =>
      typesOf(params).flatMap((media) => {
        const source = this.#sources.get(media);
        return source === undefined ? [] : [connection(source, this, media)];
      }),
    );
    this.operation(
      'isMediaFlowingIn',
      (params) => this.#flow.get(`In ${String(params['mediaType'])}`) === 'FLOWING',
      ['mediaType'],
    );
    this.operation(
      'isMediaFlowingOut',
      (params) => this.#flow.get(`Out ${String(params['mediaType'])}`) === 'FLOWING',
      ['mediaType'],
    );
    this.operation('isMediaTranscoding', () => false, ['mediaType']);
  }

  #sinkOf(params: Params): MediaElement {
    const id = String(params['sink']);
    const sink = this.#find(id);
    if (sink === undefined) throw objectNotFound(id);
    if (!(sink instanceof MediaElement) || sink.pipeline !== this.pipeline)
      throw new KurentoError('MEDIA_OBJECT_ILLEGAL_PARAM_ERROR', `'${id}' is no element of this pipeline`);
    return sink;
  }

  sinksOf(type: MediaType): ReadonlySet<MediaElement> {
    return this.#sinks.get(type) ?? new Set();
  }

  sourceOf(type: MediaType): MediaElement | undefined {
    return this.#sources.get(type);
  }

  connect(sink: MediaElement, types: readonly MediaType[]): void {
    for (const type of types) {
      if (sink.#sources.get(type) === this) continue;
      sink.#sources.get(type)?.disconnect(sink, [type]);
      sink.#sources.set(type, this);
      this.#sinks.get(type)?.add(sink);
      sink.onSource(type, this);
      this.#emitConnection('ElementConnected', sink, type);
    }
  }

  disconnect(sink: MediaElement, types: readonly MediaType[]): void {
    for (const type of types) {
      if (sink.#sources.get(type) !== this) continue;
      sink.#sources.delete(type);
      this.#sinks.get(type)?.delete(sink);
      sink.onSource(type, undefined);
      this.#emitConnection('ElementDisconnected', sink, type);
    }
  }

  #emitConnection(event: string, sink: MediaElement, type: MediaType): void {
    this.emit(event, {
      mediaType: type,
      sink: sink.id,
      sinkMediaDescription: 'default',
      sourceMediaDescription: 'default',
    });
  }

  /** This element's source of `type` changed; undefined: there is none now. */
  protected abstract onSource(type: MediaType, source: MediaElement | undefined): void;

  protected setFlow(direction: 'In' | 'Out', mediaType: MediaType, flowing: boolean): void {
    const state = flowing ? 'FLOWING' : 'NOT_FLOWING';
    const key = `${direction} ${mediaType}`;
    if ((this.#flow.get(key) ?? 'NOT_FLOWING') === state) return;
    this.#flow.set(key, state);
    this.emit(`MediaFlow${direction}StateChanged`, { mediaType, padName: 'default', state });
  }

  protected override onRelease(): void {
    for (const type of mediaTypes) {
      for (const sink of [...this.sinksOf(type)]) this.disconnect(sink, [type]);
      this.#sources.get(type)?.disconnect(this, [type]);
    }
  }
}

/** Without `mediaType` a call means all kinds. */
function typesOf(params: Params): readonly MediaType[] {
  const asked = params['mediaType'];
  if (asked === undefined) return mediaTypes;
  const type = mediaTypes.find((known) => known === asked);
  if (type === undefined)
    throw new KurentoError('MARSHALL_ERROR', "'mediaType' must be AUDIO, VIDEO or DATA");
  return [type];
}

function connection(source: MediaElement, sink: MediaElement, type: MediaType): unknown {
  return {
    __module__: 'kurento',
    __type__: 'ElementConnectionData',
    sink: sink.id,
    sinkDescription: 'default',
    source: source.id,
    sourceDescription: 'default',
    type,
  };
}
