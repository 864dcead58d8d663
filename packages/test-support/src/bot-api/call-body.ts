/** Parameters of a call, in any of the ways the Bot API takes them: query, form, JSON, multipart with files. */
import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { BotApiError } from './error.ts';

export interface SentFile {
  readonly filename: string;
  readonly bytes: Buffer;
}

export interface CallBody {
  /** By name. Those that hold JSON (`reply_markup`, `media`) are parsed. */
  readonly params: Readonly<Record<string, unknown>>;
  /** By the name of their form field. */
  readonly files: ReadonlyMap<string, SentFile>;
  readonly byteLength: number;
}

const maxBytes = 52_428_800;

/** @throws BotApiError 413 above 50 MB */
export async function readCallBody(request: IncomingMessage, query: URLSearchParams): Promise<CallBody> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteLength += chunk.length;
    if (byteLength <= maxBytes) chunks.push(chunk);
  }
  if (byteLength > maxBytes) throw new BotApiError(413, 'Request Entity Too Large');
  const body = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  const fields = new Map<string, unknown>(query);
  let files = new Map<string, SentFile>();
  if (type.startsWith('application/json'))
    for (const [name, value] of Object.entries(JSON.parse(body.toString() || '{}') as object))
      fields.set(name, value);
  else if (type.startsWith('application/x-www-form-urlencoded'))
    for (const [name, value] of new URLSearchParams(body.toString())) fields.set(name, value);
  else if (type.startsWith('multipart/form-data')) files = await parseForm(body, type, fields);
  return { params: Object.fromEntries([...fields].map(parsedField)), files, byteLength };
}

/** Puts texts into `fields` and resolves with the files. */
function parseForm(body: Buffer, type: string, fields: Map<string, unknown>): Promise<Map<string, SentFile>> {
  const files = new Map<string, SentFile>();
  return new Promise((resolve, reject) => {
    const form = busboy({ headers: { 'content-type': type } });
    form.on('field', (name, value) => fields.set(name, value));
    form.on('file', (name, stream, { filename }) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => files.set(name, { filename: filename ?? '', bytes: Buffer.concat(parts) }));
    });
    form.on('error', reject);
    form.on('close', () => resolve(files));
    form.end(body);
  });
}

function parsedField([name, value]: [string, unknown]): [string, unknown] {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || isText(name)) return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw new BotApiError(400, `Bad Request: can't parse ${name} JSON object`);
  }
}

const isText = (name: string): boolean => name === 'text' || name === 'caption';
