/**
 * Keeps a received upload: unpacks it aside, then in one transaction takes the camera's row, writes the rows and gives
 * the files their final name, and commits. Whoever gets an answer from here may be told 200: what was acknowledged is on
 * disk and in the database. A crash in between leaves at most files without a row, which the camera's retry adopts.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import { inTransaction, isTransient } from '@apiary/database/pool';
import {
  ForeignEventError,
  addOtherFile,
  addQuarantined,
  addRecording,
  addThumbnail,
  lockCamera,
  type UploadedFile,
} from '@apiary/database/upload-repository';
import { makeFolder, placeDurably, syncPath, writeDurably } from './durable.ts';
import type { UploadIdentity } from './identity.ts';
import { imageType, isZip } from './images.ts';
import type { UploadLayout } from './layout.ts';
import type { ReceivedBody } from './receive-body.ts';
import { unpackRecording, unpackThumbnail, type UnpackedRecording } from './unpack.ts';
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
  readonly counters: Counters;
  readonly logger: Logger;
}

/** Names the bytes inside a recording's folder: tells the same recording again from another one of the same numbers. */
const digestFile = '.sha256';

/** Removes what a crash left half received. */
export async function prepareFolders(layout: UploadLayout): Promise<void> {
  await makeFolder(layout.incoming);
  for (const name of await readdir(layout.incoming))
    await rm(join(layout.incoming, name), { recursive: true, force: true });
}

export function uploadStore(parts: UploadStoreParts): UploadStore {
  const { layout, limits, pool, requireApproval, counters, logger } = parts;

  return {
    store: async (identity, body) => {
      const work = join(layout.incoming, randomUUID());
      const file = uploadedFile(identity, body);
      try {
        return await keep(identity, file, body, work);
      } catch (error) {
        if (error instanceof BadZipError) return await quarantine(file, body, error.message, work);
        if (error instanceof ForeignEventError) {
          counters.add('uploads_foreign_event');
          return await quarantine(file, body, error.message, work);
        }
        throw error;
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  };

  /** A transaction that holds the camera's row. A pooled connection that died with its server gets a second try. */
  async function withCamera<T>(file: UploadedFile, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const reached = { lock: false };
    const run = (): Promise<T> =>
      inTransaction(pool, async (client) => {
        await lockCamera(client, file.cameraId, file.receivedAt, requireApproval);
        reached.lock = true;
        return work(client);
      });
    try {
      return await run();
    } catch (error) {
      // Once locked, files may have been moved: that is not undone by trying again here, but by the camera's retry.
      if (reached.lock || !isTransient(error)) throw error;
      return run();
    }
  }

  async function keep(
    identity: UploadIdentity,
    file: UploadedFile,
    body: ReceivedBody,
    work: string,
  ): Promise<Outcome> {
    const { eventId } = file;
    if (eventId === undefined || (file.category !== 'thumbnail' && file.category !== 'activity'))
      return keepOther(file, body);
    const eventDir = layout.eventDir(file.cameraId, eventId);
    const archive = { content: body.buffer ?? body.path, sizeBytes: body.sizeBytes };
    if (file.category === 'thumbnail') {
      const type = imageType(body.head);
      if (type !== undefined) await body.moveTo(work);
      else if (!isZip(body.head)) throw new BadZipError('neither a ZIP nor a picture');
      const picture =
        type === undefined ? await unpackThumbnail(archive, work, limits) : { type, ignored: 0 };
      counters.add('zip_entries_ignored', picture.ignored);
      const path = join(eventDir, `thumbnail-${body.digest.slice(0, 16)}.${picture.type.extension}`);
      const added = await withCamera(file, async (client) => {
        const attached = await addThumbnail(
          client,
          { ...file, eventId, fileType: picture.type.mediaType },
          layout.stored(path),
        );
        await makeFolder(eventDir);
        await placeDurably(work, path);
        return attached;
      });
      return { kind: 'thumbnail', added };
    }

    if (!isZip(body.head)) throw new BadZipError('not a ZIP');
    const recording = await unpackRecording(archive, work, limits);
    counters.add('zip_entries_ignored', recording.ignored);
    await writeDurably(join(work, digestFile), body.digest);
    await syncPath(work);
    const added = await keepRecording(identity, { ...file, eventId }, recording, eventDir, body.digest, work);
    return { kind: 'recording', added };
  }

  function keepRecording(
    { sequence, part }: UploadIdentity,
    file: UploadedFile & { readonly eventId: string },
    recording: UnpackedRecording,
    eventDir: string,
    digest: string,
    work: string,
  ): Promise<boolean> {
    return withCamera(file, async (client) => {
      // Under the camera's lock no other upload of it chooses at the same time.
      const { path, present } = await chooseFolder(join(eventDir, `${sequence}-${part}`), digest);
      const facts = { ...recording, sequence, part, path: layout.stored(path) };
      const added = await addRecording(client, file, facts);
      if (!present) {
        await makeFolder(eventDir);
        await placeDurably(work, path);
      }
      return added;
    });
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

  async function quarantine(
    file: UploadedFile,
    body: ReceivedBody,
    reason: string,
    work: string,
  ): Promise<Outcome> {
    await rm(work, { recursive: true, force: true });
    const path = layout.quarantineFile(file.cameraId, body.digest, file.fileName);
    await withCamera(file, async (client) => {
      await addQuarantined(client, file, layout.stored(path), reason);
      await makeFolder(dirname(path));
      await body.moveTo(path);
      const { cameraId, eventId, category, receivedAt } = file;
      await writeDurably(work, `${JSON.stringify({ reason, cameraId, eventId, category, receivedAt })}\n`);
      await placeDurably(work, `${path}.json`);
    });
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

/** `<n>-<m>`, or with a piece of the digest behind it when other bytes already have that name. */
async function chooseFolder(plain: string, digest: string): Promise<{ path: string; present: boolean }> {
  for (const path of [plain, `${plain}-${digest.slice(0, 8)}`, `${plain}-${digest}`]) {
    const owner = await readFile(join(path, digestFile), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (owner === undefined) return { path, present: false };
    if (owner === digest) return { path, present: true };
  }
  throw new Error(`no folder name left for ${plain}`);
}
