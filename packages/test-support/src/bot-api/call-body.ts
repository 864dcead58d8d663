/** Parameters of a call, in any of the ways the Bot API takes them: query, form, JSON, multipart with files. */
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
  const files = new Map<string, SentFile>();
  if (type.startsWith('application/json'))
    for (const [name, value] of Object.entries(JSON.parse(body.toString() || '{}') as object))
      fields.set(name, value);
  else if (type.startsWith('application/x-www-form-urlencoded'))
    for (const [name, value] of new URLSearchParams(body.toString())) fields.set(name, value);
  else if (type.startsWith('multipart/form-data'))
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its warning is of servers that strangers may write to
    for (const [name, value] of await new Response(body, { headers: { 'content-type': type } }).formData())
      if (typeof value === 'string') fields.set(name, value);
      else files.set(name, { filename: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  return { params: Object.fromEntries([...fields].map(parsedField)), files, byteLength };
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
