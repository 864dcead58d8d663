/** Files of cameras: PUT to a presigned address, and POST /hivecam/upload, raw or multipart (contract §4.6, §17). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import multer from 'multer';
import type { Counters } from '@apiary/base/counters';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { isTransient } from '@apiary/database/pool';
import { NotAdmittedError } from '@apiary/database/upload-repository';
import type { FirstContact } from '../first-contact.ts';
import { answer, answerError, hasBody } from '../transport/answer.ts';
import type { ConnectionFacts } from '../transport/two-language-server.ts';
import { TooLargeError, TruncatedError } from '../uploads/durable.ts';
import {
  headerText,
  identifyUpload,
  namesFrom,
  type UploadIdentity,
  type UploadNames,
} from '../uploads/identity.ts';
import { receiveBody, type BodyPlace, type ReceivedBody } from '../uploads/receive-body.ts';
import type { RememberedNames } from '../uploads/remembered-names.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import type { Target } from './target.ts';

export interface UploadParts {
  readonly store: UploadStore;
  readonly place: BodyPlace;
  /** Longest time from the last byte to the answer. */
  readonly storeTimeoutMs: number;
  readonly remembered: RememberedNames;
  readonly firstContact: FirstContact;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** Where the upload's names come from besides its headers, and what it is when nothing says so. */
export interface UploadRoute {
  readonly sources: readonly UploadNames[];
  readonly fallbackCategory: string | undefined;
  readonly multipart: boolean;
}

/** Undefined: no upload path. */
export function uploadRoute(target: Target, remembered: RememberedNames): UploadRoute | undefined {
  const [service, upload, sourceId, category, uploadId, ...fileName] = target.segments;
  if (target.hostile) return undefined;
  if (service === 'fileservice' && upload === 'upload' && uploadId !== undefined && fileName.length > 0) {
    // The path's category decides; a header of that name is not part of this call.
    const path = { sourceId, category, fileName: fileName.join('_') };
    return { sources: [path, remembered.recall(uploadId)], fallbackCategory: undefined, multipart: false };
  }
  if (service === 'hivecam' && upload === 'upload' && sourceId === undefined) {
    const { query } = target;
    const one = (...names: string[]): string | undefined =>
      names.map((name) => query.get(name)).find((value) => value !== null) ?? undefined;
    const names = {
      sourceId: one('sourceId', 'cameraId'),
      eventId: one('eventId'),
      activityType: one('activityType'),
      fileName: one('fileName'),
      category: one('category'),
    };
    return { sources: [names], fallbackCategory: 'activity', multipart: true };
  }
  return undefined;
}

/** Answers a declared size beyond the limit; true when it did. For requests that wait for `100 Continue`, too. */
export function refuseTooLarge(
  parts: Pick<UploadParts, 'place' | 'counters'>,
  request: IncomingMessage,
  response: ServerResponse,
  bodyComes?: boolean,
): boolean {
  if (Number(request.headers['content-length'] ?? 0) <= parts.place.maxBytes) return false;
  parts.counters.add('uploads_too_large');
  const message = `At most ${parts.place.maxBytes} bytes (UPLOAD_MAX_BYTES).`;
  answerError(request, response, 413, 'too_large', message, {}, bodyComes);
  return true;
}

export async function receiveUpload(
  parts: UploadParts,
  route: UploadRoute,
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
): Promise<void> {
  const { counters, logger } = parts;
  const badRequest = (message: string): void => {
    counters.add('uploads_refused');
    logger.warn({ fact: 'upload refused', reason: message, address: facts.address, target: request.url });
    answerError(request, response, 400, 'bad_upload', message);
  };
  const headers = namesFrom((name) => headerText(request.headers[name]));
  const sources = route.multipart
    ? [headers, ...route.sources]
    : [withoutPathNames(headers), ...route.sources];
  const multipart = route.multipart && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
  // Fields of a form come with its body; all else is known now, and a bad request need not send its body.
  let identity = multipart ? undefined : identifyUpload(sources, route.fallbackCategory);
  if (!multipart && identity === undefined) {
    badRequest('Camera id or category is missing or not acceptable.');
    return;
  }
  if (!hasBody(request)) {
    badRequest('The body is empty.');
    return;
  }
  if (refuseTooLarge(parts, request, response)) return;

  let body: ReceivedBody | undefined;
  try {
    if (multipart) {
      const form = await receiveForm(parts, request, response);
      body = form.body;
      identity = identifyUpload([...sources, form.names], route.fallbackCategory);
    } else body = await receiveBody(request, parts.place, declaredBytes(request));
    if (identity === undefined) {
      badRequest('Camera id or category is missing or not acceptable.');
      return;
    }
    parts.firstContact.keep(identity.cameraId, 'upload', request, facts);
    if (body === undefined || body.sizeBytes === 0) {
      badRequest('The body is empty.');
      return;
    }
    const outcome = await withDeadline(
      parts.store.store(identity, body),
      parts.storeTimeoutMs,
      'storing an upload',
    );
    answer(request, response, 200);
    counters.add(outcome.kind === 'quarantined' ? 'uploads_quarantined' : 'uploads_stored');
    if ('added' in outcome && !outcome.added) counters.add('uploads_without_news');
    logger.info({ fact: 'upload stored', ...outcome, ...described(identity), sizeBytes: body.sizeBytes });
  } catch (error) {
    answerFailure(parts, error, request, response, identity, facts);
  } finally {
    await body?.discard();
  }
}

function declaredBytes(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** On a presigned address the path names category and file; headers name camera, event and type. */
function withoutPathNames({ sourceId, eventId, activityType }: UploadNames): UploadNames {
  return { sourceId, eventId, activityType };
}

function described({ cameraId, eventId, category, fileName }: UploadIdentity) {
  return { cameraId, eventId, category, fileName };
}

function answerFailure(
  parts: UploadParts,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  identity: UploadIdentity | undefined,
  facts: ConnectionFacts,
): void {
  const { counters, logger } = parts;
  const cameraId = identity?.cameraId;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof TooLargeError || code === 'LIMIT_FILE_SIZE') {
    counters.add('uploads_too_large');
    answerError(
      request,
      response,
      413,
      'too_large',
      `At most ${parts.place.maxBytes} bytes (UPLOAD_MAX_BYTES).`,
    );
  } else if (error instanceof TruncatedError || (request.destroyed && !request.complete)) {
    counters.add('uploads_truncated');
    logger.warn({ fact: 'upload truncated', cameraId, address: facts.address });
    response.destroy();
  } else if (error instanceof multer.MulterError || error instanceof BadFormError) {
    counters.add('uploads_refused');
    answerError(request, response, 400, 'bad_upload', error.message);
  } else if (error instanceof NotAdmittedError) {
    counters.add('uploads_not_admitted');
    logger.warn({ fact: 'upload refused', reason: error.message, cameraId, address: facts.address });
    answerError(request, response, 403, 'approval', 'This camera is blocked or waits for approval.');
  } else if (isTransient(error)) {
    counters.add('uploads_deferred');
    logger.warn({ fact: 'upload not kept, the camera will retry', cameraId, reason: errorMessage(error) });
    answerError(request, response, 503, 'unavailable', 'Not kept; try again.', { 'Retry-After': 5 });
  } else {
    counters.add('uploads_failed');
    logger.error({ err: error, fact: 'upload failed', cameraId });
    answerError(request, response, 500, 'internal', 'The upload could not be kept; the log has the details.');
  }
}

/** A form that breaks before its end. */
class BadFormError extends Error {
  override readonly name = 'BadFormError';
}

type FormFile = Express.Multer.File & { body?: ReceivedBody };

/** The one file of a multipart form and the names its fields give. */
async function receiveForm(
  parts: UploadParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ body: ReceivedBody | undefined; names: UploadNames }> {
  const storage: multer.StorageEngine = {
    _handleFile: (_request, file, done) => {
      receiveBody(file.stream, parts.place).then(
        (body) => done(null, { body } as Partial<FormFile>),
        (error: unknown) => done(error),
      );
    },
    _removeFile: (_request, file, done) => {
      const { body } = file as FormFile;
      (body?.discard() ?? Promise.resolve()).then(
        () => done(null),
        (error: unknown) => done(error as Error),
      );
    },
  };
  const limits = {
    fileSize: parts.place.maxBytes,
    files: 1,
    fields: 20,
    parts: 22,
    fieldSize: 4096,
    fieldNameSize: 100,
    headerPairs: 50,
  };
  const handler = multer({ storage, limits }).any();
  await new Promise<void>((resolve, reject) => {
    handler(request as never, response as never, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else if (error instanceof TooLargeError || isSystem(error)) reject(error);
      else if (error instanceof multer.MulterError) reject(error);
      else reject(new BadFormError(errorMessage(error), { cause: error }));
    });
  });
  const { files = [], body: fields = {} } = request as unknown as {
    files?: FormFile[];
    body?: Record<string, unknown>;
  };
  const given = new Map(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]));
  const short = (name: string): string => name.replace('x-amz-meta-', '');
  const names = namesFrom((name) => given.get(name) ?? given.get(short(name)));
  return {
    body: files[0]?.body,
    names: {
      ...names,
      sourceId: names.sourceId ?? asText(given.get('cameraid')),
      fileName: names.fileName ?? files[0]?.originalname,
    },
  };
}

const isSystem = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
