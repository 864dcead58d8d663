/** Texts, captions and files of a message, held to the limits of the Bot API. */
import type { CallBody, SentFile } from './call-body.ts';
import { badRequest } from './error.ts';
import { plainTextOf } from './html.ts';

type Params = Readonly<Record<string, unknown>>;

const textLimit = 4096;
const captionLimit = 1024;
const photoLimitBytes = 10_485_760;

export function textOf(params: Params): { html: string; text: string } {
  const html = stringOf(params['text']);
  const text = formatted(html, params['parse_mode']);
  if (text.trim() === '') throw badRequest('message text is empty');
  if (text.length > textLimit) throw badRequest('message is too long');
  return { html, text };
}

export function captionOf(params: Params, parseMode: unknown): { html: string; text: string } {
  const html = stringOf(params['caption']);
  const text = formatted(html, parseMode);
  if (text.length > captionLimit) throw badRequest('message caption is too long');
  return { html, text };
}

/** Numbers may come as numbers in JSON; nothing else is a text. */
const stringOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

function formatted(text: string, parseMode: unknown): string {
  const mode = stringOf(parseMode);
  if (mode === '') return text;
  if (mode.toUpperCase() === 'HTML') return plainTextOf(text);
  // The real one knows two dialects of Markdown; the product uses neither.
  throw badRequest('unsupported parse_mode');
}

/** @param reference a name of a form field (`attach://name`), or nothing where the field is the file */
export function mediaOf(
  kind: 'photo' | 'video',
  reference: unknown,
  field: string,
  files: CallBody['files'],
): SentFile {
  const attached = typeof reference === 'string' && /^attach:\/\/(.+)$/.exec(reference)?.[1];
  const file = files.get(attached === false || attached === undefined ? field : attached);
  if (file === undefined) throw badRequest(`there is no ${kind} in the request`);
  if (file.bytes.length === 0) throw badRequest('file must be non-empty');
  if (kind === 'video') return file;
  if (file.bytes.length > photoLimitBytes)
    throw badRequest(
      `file of size ${file.bytes.length} bytes is too big for a photo; the maximum size is ${photoLimitBytes} bytes`,
    );
  if (!isImage(file.bytes)) throw badRequest('IMAGE_PROCESS_FAILED');
  return file;
}

/** JPEG, PNG or WebP by their first bytes. */
const isImage = (bytes: Buffer): boolean =>
  /^(ffd8ff|89504e47|52494646)/.test(bytes.subarray(0, 4).toString('hex'));
