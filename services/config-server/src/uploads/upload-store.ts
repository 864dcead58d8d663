/**
 * Keeps a received upload: unpacks it aside, syncs it, gives it its final name, then writes the row. Whoever gets an
 * answer from here may be told 200: what was acknowledged is on disk and in the database. A crash in between leaves at
 * most files without a row, which the camera's retry adopts.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { inTransaction, isTransient } from '@apiary/database/pool';
import {
  ForeignEventError,
  NotAdmittedError,
  addOtherFile,
  addQuarantined,
  addRecording,
  addThumbnail,
  lockCamera,
  type UploadedFile,
} from '@apiary/database/upload-repository';
import { makeFolder, placeDurably, syncPath, writeDurably } from './durable.ts';
import type { EventLine } from './event-line.ts';
import type { UploadIdentity } from './identity.ts';
import { imageType, isZip } from './images.ts';
import type { UploadLayout } from './layout.ts';
import type { ReceivedBody } from './receive-body.ts';
import { turnstile } from './turnstile.ts';
import { unpackRecording, unpackThumbnail } from './unpack.ts';
import { BadZipError, type ZipLimits } from './zip.ts';

export interface UploadStore {
  /** Resolves when the upload is kept, in whatever way. Rejects: nothing is promised, the sender should try again. */
  store(identity: UploadIdentity, body: ReceivedBody): Promise<Outcome>;
}

export type Outcome =
  | { readonly kind: 'recording' | 'thumbnail'; readonly added: boolean }
  | { readonly kind: 'other' }
  | { readonly kind: 'quarantined'; readonly reason: string };

export interface UploadStoreParts {
  readonly layout: UploadLayout;
  readonly limits: ZipLimits;
  readonly pool: pg.Pool;
  /** An unknown id may upload only after a person approved it. */
  readonly requireApproval: boolean;
  /** Shared with the janitor. */
  readonly inEvent: EventLine;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** Names the bytes inside a recording's folder: tells the same recording again from another one of the same numbers. */
const digestFile = '.sha256';

const unpackingAtOnce = 6;

type EventFile = UploadedFile & { readonly eventId: string };

/** Removes what a crash left half received. */
export async function prepareFolders(layout: UploadLayout): Promise<void> {
  await makeFolder(layout.incoming);
  for (const name of await readdir(layout.incoming))
    await rm(join(layout.incoming, name), { recursive: true, force: true });
}

export function uploadStore(parts: UploadStoreParts): UploadStore {
  const { layout, limits, pool, requireApproval, inEvent, counters, logger } = parts;
  const unpacking = turnstile(unpackingAtOnce);

  return {
    store: async (identity, body) => {
      const file = uploadedFile(identity, body);
      try {
        return await keep(identity, file, body);
      } catch (error) {
        if (error instanceof BadZipError) return await quarantine(file, body, error.message);
        if (error instanceof ForeignEventError) {
          counters.add('uploads_foreign_event');
          return await quarantine(file, body, error.message);
        }
        throw error;
      }
    },
  };

  async function keep(identity: UploadIdentity, file: UploadedFile, body: ReceivedBody): Promise<Outcome> {
    const { eventId } = file;
    if (eventId !== undefined && file.category === 'thumbnail')
      return keepThumbnail({ ...file, eventId }, body);
    if (eventId !== undefined && file.category === 'activity')
      return keepRecording(identity, { ...file, eventId }, body);
    return keepOther(file, body);
  }

  async function keepThumbnail(file: EventFile, body: ReceivedBody): Promise<Outcome> {
    const work = workPath();
    const eventDir = layout.eventDir(file.cameraId, file.eventId);
    try {
      let type = imageType(body.head);
      if (type !== undefined) await body.moveTo(work);
      else if (isZip(body.head)) {
        const picture = await unpacking(() => unpackThumbnail(archiveOf(body), work, limits));
        counters.add('zip_entries_ignored', picture.ignored);
        type = picture.type;
      } else throw new BadZipError('neither a ZIP nor a picture');
      const path = join(eventDir, `thumbnail-${body.digest.slice(0, 16)}.${type.extension}`);
      const row = { ...file, fileType: type.mediaType };
      const added = await inEvent(eventDir, async () => {
        await placeDurably(work, path);
        return written(eventDir, path, () => addThumbnail(pool, row, layout.stored(path), requireApproval));
      });
      return { kind: 'thumbnail', added };
    } catch (error) {
      await rm(work, { force: true });
      throw error;
    }
  }

  async function keepRecording(
    { sequence, part }: UploadIdentity,
    file: EventFile,
    body: ReceivedBody,
  ): Promise<Outcome> {
    if (!isZip(body.head)) throw new BadZipError('not a ZIP');
    const work = workPath();
    const eventDir = layout.eventDir(file.cameraId, file.eventId);
    try {
      const recording = await unpacking(() => unpackRecording(archiveOf(body), work, limits));
      counters.add('zip_entries_ignored', recording.ignored);
      await writeDurably(join(work, digestFile), body.digest);
      await syncPath(work);
      const added = await inEvent(eventDir, async () => {
        const { path, present } = await placeFolder(work, join(eventDir, `${sequence}-${part}`), body.digest);
        if (present) await rm(work, { recursive: true, force: true });
        const facts = { ...recording, sequence, part, path: layout.stored(path) };
        return written(eventDir, present ? undefined : path, () =>
          addRecording(pool, file, facts, requireApproval),
        );
      });
      return { kind: 'recording', added };
    } catch (error) {
      await rm(work, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Writes the row of files that lie in their final place. A pooled connection that died with its server gets a second
   * try: the statements may be repeated. Files are taken back where the row is refused for good; where the database is
   * away they stay, and the camera's retry adopts them.
   */
  async function written(
    eventDir: string,
    placed: string | undefined,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    try {
      return await write().catch((error: unknown) => {
        if (isTransient(error)) return write();
        throw error;
      });
    } catch (error) {
      if (placed !== undefined && (error instanceof ForeignEventError || error instanceof NotAdmittedError)) {
        await rm(placed, { recursive: true, force: true });
        await rmdir(eventDir).catch(() => undefined);
      }
      throw error;
    }
  }

  /** A transaction that holds the camera's row, for the rare cases. */
  function withCamera<T>(file: UploadedFile, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(pool, async (client) => {
      await lockCamera(client, file.cameraId, file.receivedAt, requireApproval);
      return work(client);
    });
  }

  function workPath(): string {
    return join(layout.incoming, randomUUID());
  }

  /** A file of no event, or of a category nobody knows: kept as it came. */
  async function keepOther(file: UploadedFile, body: ReceivedBody): Promise<Outcome> {
    const path = layout.otherFile(file.cameraId, file.category, body.digest, file.fileName);
    await withCamera(file, async (client) => {
      await addOtherFile(client, file, layout.stored(path));
      await makeFolder(dirname(path));
      await body.moveTo(path);
      await syncPath(dirname(path));
    });
    return { kind: 'other' };
  }

  async function quarantine(file: UploadedFile, body: ReceivedBody, reason: string): Promise<Outcome> {
    const work = workPath();
    const path = layout.quarantineFile(file.cameraId, body.digest, file.fileName);
    const { cameraId, eventId, category, receivedAt } = file;
    try {
      await withCamera(file, async (client) => {
        await addQuarantined(client, file, layout.stored(path), reason);
        await makeFolder(dirname(path));
        await writeDurably(work, `${JSON.stringify({ reason, cameraId, eventId, category, receivedAt })}\n`);
        await body.moveTo(path);
        await placeDurably(work, `${path}.json`);
      });
    } catch (error) {
      await rm(work, { force: true });
      throw error;
    }
    logger.warn({
      fact: 'upload quarantined',
      reason,
      cameraId: file.cameraId,
      eventId: file.eventId,
      path: layout.stored(path),
    });
    return { kind: 'quarantined', reason };
  }
}

function uploadedFile(identity: UploadIdentity, body: ReceivedBody): UploadedFile {
  const type = imageType(body.head);
  return {
    cameraId: identity.cameraId,
    eventId: identity.eventId,
    activityType: identity.activityType,
    category: identity.category,
    // A sender that names nothing gets a name that the same bytes get again.
    fileName: identity.fileName ?? `upload-${body.digest.slice(0, 16)}${isZip(body.head) ? '.zip' : ''}`,
    sizeBytes: body.sizeBytes,
    fileType: type?.mediaType ?? (isZip(body.head) ? 'application/zip' : 'application/octet-stream'),
    sha256: Buffer.from(body.digest, 'hex'),
    receivedAt: body.receivedAt,
  };
}

const archiveOf = (body: ReceivedBody) => ({ content: body.buffer ?? body.path, sizeBytes: body.sizeBytes });

/**
 * Gives a recording's folder the name `<n>-<m>`, or one with a piece of the digest behind it when other bytes have that
 * name. `present`: these very bytes are there already, the folder given was not used.
 */
async function placeFolder(
  folder: string,
  plain: string,
  digest: string,
): Promise<{ path: string; present: boolean }> {
  for (const path of [plain, `${plain}-${digest.slice(0, 8)}`, `${plain}-${digest}`]) {
    try {
      await placeDurably(folder, path);
      return { path, present: false };
    } catch (error) {
      // A folder with content is never replaced by a rename.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      const owner = await readFile(join(path, digestFile), 'utf8').catch(() => undefined);
      if (owner === digest) return { path, present: true };
    }
  }
  throw new Error(`no folder name left for ${plain}`);
}
