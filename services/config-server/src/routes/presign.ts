/** POST /fileservice/presignedUploadUrl (contract §4.5): an address to PUT to, plain ASCII, valid for ever. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counters } from '@apiary/base/counters';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { presignFailure, presignRequestSchema, uploadPath } from '@apiary/contract';
import type { FirstContact } from '../first-contact.ts';
import { answer, answerError, answerJson, hasBody } from '../transport/answer.ts';
import type { ConnectionFacts } from '../transport/two-language-server.ts';
import { identifyUpload, namesFrom, safeCategory, safeFileName } from '../uploads/identity.ts';
import type { RememberedNames } from '../uploads/remembered-names.ts';

const bodyLimit = 64 * 1024;

export interface PresignParts {
  /** `https://<address>:<port>` as cameras reach it. */
  readonly origin: string;
  readonly remembered: RememberedNames;
  readonly firstContact: FirstContact;
  readonly counters: Counters;
  readonly logger: Logger;
}

export async function presign(
  parts: PresignParts,
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
): Promise<void> {
  if (!hasBody(request)) {
    answerError(request, response, 400, 'no_body', 'A JSON body is needed.');
    return;
  }
  let body = '';
  try {
    body = await readText(request);
    if (body === '') {
      answerError(request, response, 400, 'no_body', 'A JSON body is needed.');
      return;
    }
    const asked = presignRequestSchema.parse(JSON.parse(body));
    const metadata = new Map(
      Object.entries(asked.metadata).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const names = { ...namesFrom((name) => metadata.get(name)), fileName: asked.fileName };
    const category = safeCategory(asked.category) ?? 'unknown';
    const identity = identifyUpload([{ ...names, category }], undefined);
    const cameraId = identity?.cameraId ?? 'unknown';
    const uploadId = randomUUID();
    const fileName = safeFileName(asked.fileName ?? '') ?? `${uploadId}.zip`;
    parts.remembered.remember(uploadId, names);
    const url = parts.origin + uploadPath(cameraId, category, uploadId, fileName);
    answer(request, response, 200, JSON.stringify({ url }));
    parts.counters.add('presign_replies');
    parts.firstContact.keep(cameraId, 'presign', request, facts, body);
  } catch (error) {
    parts.counters.add('presign_failures');
    parts.logger.warn({ fact: 'presign failed', address: facts.address, reason: errorMessage(error) });
    answerJson(request, response, 500, presignFailure);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > bodyLimit) throw new Error(`more than ${bodyLimit} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}
