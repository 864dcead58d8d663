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
import { camerasChangedAfter, currentRevision, readCameras } from '@apiary/database/camera-queries';
import { commandsDecidedAfter, readCommands, type CommandRow } from '@apiary/database/command-repository';
import { eventsChangedAfter, readEvents } from '@apiary/database/event-queries';
import { can } from '@apiary/access/can';
import type { LoginSession, LoginSessions } from '@apiary/access/login-sessions';
import { cameraRecord, commandRecord, eventRecord } from '../routes/records.ts';
import { streamMessage, Viewer, type StreamMessage } from './viewer.ts';

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
  readonly sessions: LoginSessions;
  readonly logger: Logger;
  readonly counters: Counters;
  /** Bytes a viewer may leave unread. */
  readonly maxBufferedBytes?: number;
  readonly heartbeatMs?: number;
}

export class ChangeHub {
  readonly #options: ChangeHubOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #changed = { camera: new Set<string>(), event: new Set<string>(), command: new Set<string>() };
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
      onGap: () => void this.#onGap(),
    });
    this.#heartbeat = setInterval(() => {
      for (const viewer of this.#viewers) if (!viewer.heartbeat()) this.#drop(viewer);
      void this.#endSessions();
    }, this.#options.heartbeatMs ?? 15_000);
    this.#options.sessions.onEnded(() => void this.#endSessions());
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
  async join(response: Response, session: LoginSession, after: number | undefined): Promise<void> {
    if (this.#viewers.size >= maxViewers) throw new AppError(503, 'busy', 'Too many open screens.');
    const revision = after ?? (await currentRevision(this.#options.db));
    const viewer = new Viewer(response, session, revision, this.#options.maxBufferedBytes ?? 1_048_576);
    if (after !== undefined) viewer.hold();
    viewer.open();
    this.#viewers.add(viewer);
    response.on('close', () => this.#viewers.delete(viewer));
    // A browser that vanished makes the socket fail; its 'close' is all that matters.
    response.on('error', () => undefined);
    if (after !== undefined) await this.#catchUp(viewer, after);
  }

  #onChange({ entity, keys }: Change): void {
    // Nobody looks: whoever comes later catches up by revision.
    if (this.#viewers.size === 0) return;
    for (const key of keys) this.#changed[entity].add(key);
    this.#schedule(collectMs);
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#timer !== undefined || this.#reading) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#tellChanges();
    }, ms);
  }

  async #tellChanges(): Promise<void> {
    const take = (set: Set<string>): string[] => {
      const keys = [...set].slice(0, keysAtOnce);
      for (const key of keys) set.delete(key);
      return keys;
    };
    const { camera, event, command } = this.#changed;
    const [cameras, events, commands] = [take(camera), take(event), take(command)];
    this.#reading = true;
    let nextMs = collectMs;
    try {
      const db = this.#options.db;
      this.#broadcast(
        inOrder([
          cameras.length === 0 ? [] : (await readCameras(db, cameras)).map(cameraMessage),
          events.length === 0 ? [] : (await readEvents(db, events)).map(eventMessage),
          commands.length === 0 ? [] : (await readCommands(db, commands)).filter(decided).map(commandMessage),
        ]),
      );
    } catch (error) {
      this.#options.logger.warn({ fact: 'changes could not be read', reason: errorMessage(error) });
      for (const key of cameras) camera.add(key);
      for (const key of events) event.add(key);
      for (const key of commands) command.add(key);
      nextMs = retryMs;
    } finally {
      this.#reading = false;
    }
    if (camera.size + event.size + command.size > 0) this.#schedule(nextMs);
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
    for (const viewer of [...this.#viewers]) await this.#catchUp(viewer, viewer.lastRevision);
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
    const rows = inOrder([
      (await camerasChangedAfter(db, from, limit)).map(cameraMessage),
      (await eventsChangedAfter(db, from, limit)).map(eventMessage),
      (await commandsDecidedAfter(db, from, limit)).filter(decided).map(commandMessage),
    ]);
    return rows.length > catchUpLimit ? [resetMessage(now, 'too much was missed')] : rows;
  }

  async #endSessions(): Promise<void> {
    if (this.#viewers.size === 0) return;
    try {
      const open = [...this.#viewers];
      const live = await this.#options.sessions.live(open.map(({ session }) => session.tokenHash));
      for (const viewer of open)
        if (!live.some((hash) => hash.equals(viewer.session.tokenHash))) {
          viewer.end();
          this.#viewers.delete(viewer);
        }
    } catch (error) {
      this.#options.logger.warn({ fact: 'login sessions could not be checked', reason: errorMessage(error) });
    }
  }

  #drop(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.#options.counters.add('streamViewersTooSlow');
  }
}

const inOrder = (lists: readonly (readonly StreamMessage[])[]): StreamMessage[] =>
  lists.flat().toSorted((a, b) => a.revision - b.revision);

const cameraMessage = (row: Parameters<typeof cameraRecord>[0]): StreamMessage =>
  streamMessage('camera', row.revision, cameraRecord(row), row.cameraId);
const eventMessage = (row: Parameters<typeof eventRecord>[0]): StreamMessage =>
  streamMessage('event', row.revision, eventRecord(row), row.cameraId);
const commandMessage = (row: Parameters<typeof commandRecord>[0]): StreamMessage =>
  streamMessage('command', row.revision, commandRecord(row), row.cameraId);
const resetMessage = (revision: number, reason: string): StreamMessage =>
  streamMessage('reset', revision, { revision, reason });

function decided(row: CommandRow): row is CommandRow & { outcome: NonNullable<CommandRow['outcome']> } {
  return row.outcome !== null;
}

function maySee(viewer: Viewer, { cameraId }: StreamMessage): boolean {
  return cameraId === undefined || can(viewer.session.user, 'cameras.read', cameraId);
}
