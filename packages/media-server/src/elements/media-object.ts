/** Base of everything a client can name: identity, ownership by sessions, subscriptions, operations by name. */
import { randomUUID } from 'node:crypto';
import { KurentoError, parameterMissing } from '../rpc/kurento-error.ts';
import { isObject, type Params } from '../rpc/json-rpc.ts';
import type { Context } from './context.ts';
import { canonicalEvent } from './events.ts';

export interface Operation {
  /** Names of parameters that must be given. */
  readonly needs?: readonly string[];
  run(params: Params): unknown;
}

export abstract class MediaObject {
  readonly id: string;
  readonly context: Context;
  readonly parent: MediaObject | undefined;
  readonly children = new Set<MediaObject>();
  /** Sessions that made or referred to this object: it dies with the last of them. */
  readonly owners = new Set<string>();
  abstract readonly type: string;
  abstract readonly hierarchy: readonly string[];
  protected abstract readonly events: readonly string[];
  readonly #operations = new Map<string, Operation>();
  /** By session: subscription id to the name of the event as it was asked for. */
  readonly #subscriptions = new Map<string, Map<string, string>>();
  readonly #tags = new Map<string, string>();
  readonly #createdAt = Math.floor(Date.now() / 1000);
  #released = false;

  constructor(context: Context, type: string, parent?: MediaObject, id?: string) {
    const own = id ?? `${randomUUID()}_kurento.${type}`;
    this.id = parent === undefined ? own : `${parent.id}/${own}`;
    this.context = context;
    this.parent = parent;
    parent?.children.add(this);
    this.property('name', this.id, String);
    this.property('sendTagsInEvents', false, Boolean);
    this.operation('getId', () => this.id);
    this.operation('getParent', () => this.parent?.id ?? null);
    this.operation('getChilds', () => [...this.children].map((child) => child.id));
    this.operation('getChildren', () => [...this.children].map((child) => child.id));
    this.operation('getCreationTime', () => this.#createdAt);
    this.operation('getMediaPipeline', () => this.pipeline.id);
    this.operation('addTag', ({ key, value }) => void this.#tags.set(String(key), String(value)), [
      'key',
      'value',
    ]);
    this.operation('removeTag', ({ key }) => void this.#tags.delete(String(key)), ['key']);
    this.operation('getTag', ({ key }) => this.#tags.get(String(key)) ?? '', ['key']);
    this.operation('getTags', () => [...this.#tags].map(([key, value]) => ({ key, value })));
  }

  get pipeline(): MediaObject {
    return this.parent === undefined ? this : this.parent.pipeline;
  }

  get released(): boolean {
    return this.#released;
  }

  protected operation(name: string, run: Operation['run'], needs: readonly string[] = []): void {
    this.#operations.set(name, { run, needs });
  }

  /** `getName`/`setName` of a plain value; returns its reader. */
  protected property<T>(name: string, initial: T, convert: (value: unknown) => T): () => T {
    let current = initial;
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    this.operation(`get${title}`, () => current);
    this.operation(
      `set${title}`,
      (params) => {
        current = convert(params[name]);
        return undefined;
      },
      [name],
    );
    return () => current;
  }

  /** @throws KurentoError; what `run` throws */
  invoke(name: string, given: unknown): unknown {
    const operation = this.#operations.get(name);
    const params = isObject(given) ? given : {};
    if (operation === undefined)
      throw new KurentoError(
        'MALFORMED_TRANSACTION',
        `Method '${name}' with ${Object.keys(params).length} parameters not found`,
      );
    const needs = operation.needs ?? [];
    if (needs.length > 0 && !isObject(given)) throw parameterMissing('operationParams');
    for (const need of needs) if (params[need] === undefined) throw parameterMissing(need);
    return operation.run(params);
  }

  /** @throws KurentoError when this object has no such event */
  subscribe(sessionId: string, type: string): string {
    if (!this.events.includes(canonicalEvent(type)))
      throw new KurentoError('MEDIA_OBJECT_EVENT_NOT_SUPPORTED', `Event '${type}' not supported`);
    const id = randomUUID();
    const subscriptions = this.#subscriptions.get(sessionId) ?? new Map<string, string>();
    subscriptions.set(id, type);
    this.#subscriptions.set(sessionId, subscriptions);
    return id;
  }

  unsubscribe(sessionId: string, subscription: string): void {
    this.#subscriptions.get(sessionId)?.delete(subscription);
  }

  dropSession(sessionId: string): void {
    this.#subscriptions.delete(sessionId);
    this.owners.delete(sessionId);
  }

  /** Tells every subscribed session once, under each name it asked for. `type` is the 7.x name. */
  protected emit(type: string, data: Params): void {
    if (this.#released) return;
    for (const [sessionId, subscriptions] of this.#subscriptions) {
      const names = new Set([...subscriptions.values()].filter((name) => canonicalEvent(name) === type));
      for (const name of names)
        this.context.deliver(sessionId, this.id, name, {
          ...data,
          source: this.id,
          tags: [],
          timestampMillis: String(Date.now()),
          type: name,
        });
    }
  }

  /** Frees this object and all below it; a second call does nothing. */
  release(): void {
    if (this.#released) return;
    for (const child of [...this.children]) child.release();
    this.onRelease();
    this.#released = true;
    this.parent?.children.delete(this);
    this.#subscriptions.clear();
    this.context.forget(this);
  }

  protected onRelease(): void {
    // Nothing to free by default.
  }
}
