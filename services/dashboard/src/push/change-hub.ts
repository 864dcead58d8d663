/**
 * Tells every open stream what changed. The database says which rows (keys only); they are collected for a moment and
 * read once for all viewers. A viewer that was away says the last revision it saw and gets the rows changed since.
 *
 * Revisions are taken before a transaction commits, so a lower one can appear after a higher one: catching up starts
 * `overlap` below, and a record may come twice.
 */
import type { Response } from 'express';
import { AppError, errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import {
  listenForChanges,
  type Change,
  type ChangeListener,
  type DatabaseAddress,
  type Queryable,
} from '@apiary/database';
import { currentRevision } from '@apiary/database/camera-queries';
import { can } from '@apiary/access/can';
import { callerKey, type Caller } from '@apiary/access/caller';
import type { Callers } from '@apiary/access/callers';
import { isChangedEntity, keysFor } from './changed-records.ts';
import { changedAfter, recordsOf } from './stream-records.ts';
import { changedMessage, streamMessage, Viewer, type StreamMessage } from './viewer.ts';

const collectMs = 20;
const retryMs = 500;
const overlap = 200;
/** More missed rows than this, and a viewer is told to fetch everything anew. */
const catchUpLimit = 1000;
const keysAtOnce = 500;
const maxViewers = 500;

export interface ChangeHubOptions {
  readonly db: Queryable;
  readonly address: DatabaseAddress;
  readonly callers: Callers;
  readonly logger: Logger;
  readonly counters: Counters;
  /** Bytes a viewer may leave unread. */
  readonly maxBufferedBytes?: number;
  readonly heartbeatMs?: number;
}

export class ChangeHub {
  readonly #options: ChangeHubOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #changed = new Map<string, Set<string>>();
  #listener: ChangeListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #reading = false;
  #stopped = false;

  constructor(options: ChangeHubOptions) {
    this.#options = options;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  start(): void {
    this.#listener = listenForChanges(this.#options.address, this.#options.logger, {
      onChange: (change) => this.#onChange(change),
      onGap: () => {
        void this.#recheck();
        void this.#onGap();
      },
    });
    this.#heartbeat = setInterval(() => {
      for (const viewer of this.#viewers) if (!viewer.heartbeat()) this.#drop(viewer);
      void this.#recheck();
    }, this.#options.heartbeatMs ?? 15_000);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
    await this.#listener?.stop();
  }

  /**
   * Opens a stream on `response`.
   * @param after last revision the viewer knows; undefined: only what comes from now on
   */
  async join(response: Response, caller: Caller, after: number | undefined): Promise<void> {
    if (this.#viewers.size >= maxViewers) throw new AppError(503, 'busy', 'Too many open screens.');
    const revision = after ?? (await currentRevision(this.#options.db));
    const viewer = new Viewer(response, caller, revision, this.#options.maxBufferedBytes ?? 1_048_576);
    if (after !== undefined) viewer.hold();
    viewer.open();
    this.#viewers.add(viewer);
    response.on('close', () => this.#viewers.delete(viewer));
    // A browser that vanished makes the socket fail; its 'close' is all that matters.
    response.on('error', () => undefined);
    if (after !== undefined) await this.#catchUp(viewer, after);
    // Rights that ended between the gate and here were told to nobody.
    await this.#recheck([caller.user.userId]);
  }

  #onChange({ entity, keys }: Change): void {
    // Nobody looks: whoever comes later catches up by revision.
    if (this.#viewers.size === 0) return;
    if (entity === 'users') void this.#recheck(keys);
    if (!(entity in recordsOf) && !isChangedEntity(entity)) {
      this.#options.counters.add('streamChangesOfNoEntity');
      return;
    }
    this.#collect(entity, keys);
    this.#schedule(collectMs);
  }

  /** A change that no row tells of. */
  tellChanged(entity: string, keys: readonly string[]): void {
    this.#onChange({ entity, keys });
  }

  #collect(entity: string, keys: readonly string[]): void {
    const set = this.#changed.get(entity) ?? new Set();
    for (const key of keys) set.add(key);
    this.#changed.set(entity, set);
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#timer !== undefined || this.#reading) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#tellChanges();
    }, ms);
  }

  /** Takes what was collected, at most `keysAtOnce` keys an entity. */
  #take(): Map<string, string[]> {
    const taken = new Map<string, string[]>();
    for (const [entity, set] of this.#changed) {
      const keys = [...set].slice(0, keysAtOnce);
      for (const key of keys) set.delete(key);
      if (set.size === 0) this.#changed.delete(entity);
      taken.set(entity, keys);
    }
    return taken;
  }

  async #tellChanges(): Promise<void> {
    const taken = this.#take();
    this.#reading = true;
    let nextMs = collectMs;
    try {
      const lists: StreamMessage[][] = [];
      for (const [entity, keys] of taken)
        lists.push((await recordsOf[entity]?.(this.#options.db, keys)) ?? []);
      this.#broadcast(inOrder(lists));
      for (const [entity, keys] of taken)
        if (!(entity in recordsOf))
          for (const viewer of this.#viewers) this.#tellChanged(viewer, entity, keys);
    } catch (error) {
      this.#options.logger.warn({ fact: 'changes could not be read', reason: errorMessage(error) });
      for (const [entity, keys] of taken) this.#collect(entity, keys);
      nextMs = retryMs;
    } finally {
      this.#reading = false;
    }
    if (this.#changed.size > 0) this.#schedule(nextMs);
  }

  #tellChanged(viewer: Viewer, entity: string, keys: readonly string[]): void {
    const own = keysFor(viewer.caller.user, entity, keys);
    if (own !== undefined && !viewer.send(changedMessage(entity, own))) this.#drop(viewer);
  }

  #broadcast(messages: readonly StreamMessage[]): void {
    for (const viewer of this.#viewers)
      for (const message of messages) {
        if (!maySee(viewer, message)) continue;
        if (!viewer.send(message)) {
          this.#drop(viewer);
          break;
        }
      }
  }

  /** The connection that hears changes was away: every viewer may have missed some. */
  async #onGap(): Promise<void> {
    for (const viewer of [...this.#viewers]) {
      // What has no revision cannot be caught up with. A page that opens a stream anew knows that by itself.
      viewer.send(changedMessage(null, []));
      await this.#catchUp(viewer, viewer.lastRevision);
    }
  }

  async #catchUp(viewer: Viewer, after: number): Promise<void> {
    viewer.hold();
    try {
      for (const message of await this.#missedSince(after)) {
        if (!maySee(viewer, message)) continue;
        if (!viewer.send(message, true)) {
          this.#drop(viewer);
          return;
        }
      }
      viewer.release();
    } catch (error) {
      this.#options.logger.warn({ fact: 'a viewer could not catch up', reason: errorMessage(error) });
      // Its browser tries again by itself, with the same Last-Event-ID.
      viewer.end();
      this.#viewers.delete(viewer);
    }
  }

  async #missedSince(after: number): Promise<StreamMessage[]> {
    const db = this.#options.db;
    const now = await currentRevision(db);
    const from = after - overlap;
    const limit = catchUpLimit + 1;
    // More than was ever given out: the database is another one.
    if (after > now) return [resetMessage(now, 'the server started anew')];
    const rows = inOrder(await changedAfter(db, from, limit));
    return rows.length > catchUpLimit ? [resetMessage(now, 'too much was missed')] : rows;
  }

  /** Somebody's rights may have changed: streams end, or narrow, with what they rest on. */
  async #recheck(userIds?: readonly string[]): Promise<void> {
    const asked = [...this.#viewers].filter(
      ({ caller }) => userIds === undefined || userIds.includes(caller.user.userId),
    );
    if (asked.length === 0) return;
    try {
      const found = await this.#options.callers.stillThere(asked.map(({ caller }) => caller));
      for (const viewer of asked) {
        const caller = found.get(callerKey(viewer.caller));
        if (caller === undefined) {
          viewer.end();
          this.#viewers.delete(viewer);
        } else if (rightsOf(caller) !== rightsOf(viewer.caller)) {
          viewer.caller = caller;
          viewer.send(resetMessage(viewer.lastRevision, 'your rights changed'));
        }
      }
    } catch (error) {
      this.#options.logger.warn({ fact: 'callers could not be checked', reason: errorMessage(error) });
    }
  }

  #drop(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.#options.counters.add('streamViewersTooSlow');
  }
}

const inOrder = (lists: readonly (readonly StreamMessage[])[]): StreamMessage[] =>
  lists.flat().toSorted((a, b) => a.revision - b.revision);

const resetMessage = (revision: number, reason: string): StreamMessage =>
  streamMessage('reset', revision, { revision, reason });

function maySee(viewer: Viewer, { cameraId }: StreamMessage): boolean {
  return cameraId === undefined || can(viewer.caller.user, 'cameras.read', cameraId);
}

const rightsOf = ({ user: { role, cameras, scopes, passwordChange } }: Caller): string =>
  JSON.stringify([role, cameras === 'all' ? cameras : [...cameras], [...(scopes ?? [])], passwordChange]);
