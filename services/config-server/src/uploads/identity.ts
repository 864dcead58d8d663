/**
 * What an upload is: camera, category, event, type, file name (contract §4.6, §5.1, §17). Pure. Every source is hostile:
 * ids and names that pass here are safe to keep, but paths are still made from them by `layout.ts` alone.
 */
import {
  defaultActivityType,
  normaliseCameraId,
  parseUploadFileName,
  parseUploadNumbers,
  uploadHeaders,
} from '@apiary/contract';

export interface UploadIdentity {
  readonly cameraId: string;
  readonly category: string;
  /** Undefined: neither header nor file name names an event. */
  readonly eventId: string | undefined;
  readonly activityType: string;
  /** Allow-listed characters; undefined: the sender gave no usable name. */
  readonly fileName: string | undefined;
  /** `{eventId}-{sequence}-{part}.zip`; 0 and 0 where the name has no numbers. */
  readonly sequence: number;
  readonly part: number;
}

/** Values by the names of `uploadHeaders`, from one source. */
export type UploadNames = { readonly [K in keyof typeof uploadHeaders]?: string | undefined };

/** `x-amz-meta-*` names in any letter case, from headers, multipart fields or the presign call's metadata. */
export function namesFrom(lookUp: (lowerCaseName: string) => unknown): UploadNames {
  const entries = Object.entries(uploadHeaders).map(([key, header]) => [key, text(lookUp(header))]);
  return Object.fromEntries(entries) as UploadNames;
}

/** HTTP header values arrive as Latin-1; a firmware that writes UTF-8 means UTF-8. */
export function headerText(value: string | string[] | undefined): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined || /^[\x00-\x7f]*$/.test(first)) return first;
  const decoded = Buffer.from(first, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? first : decoded;
}

/**
 * The first usable value of each kind, sources in order of trust. Undefined where no source names a camera or where the
 * category is not a plain word: such an upload is refused.
 */
export function identifyUpload(
  sources: readonly UploadNames[],
  fallbackCategory: string | undefined,
): UploadIdentity | undefined {
  const first = <T>(key: keyof UploadNames, usable: (value: string) => T | undefined): T | undefined => {
    for (const source of sources) {
      const value = source[key];
      const result = value === undefined ? undefined : usable(value);
      if (result !== undefined) return result;
    }
    return undefined;
  };
  const cameraId = first('sourceId', normaliseCameraId);
  const given = first('category', (value) => value);
  const category = given === undefined ? fallbackCategory : safeCategory(given);
  if (cameraId === undefined || category === undefined) return undefined;
  const fileName = first('fileName', safeFileName);
  const byName = fileName === undefined ? undefined : parseUploadFileName(fileName);
  const numbers = byName ?? (fileName === undefined ? undefined : parseUploadNumbers(fileName));
  return {
    cameraId,
    category,
    eventId: first('eventId', safeEventId) ?? byName?.eventId,
    activityType: first('activityType', safeActivityType) ?? defaultActivityType,
    fileName,
    sequence: numbers?.sequence ?? 0,
    part: numbers?.part ?? 0,
  };
}

/** A lower-case word; undefined for anything else. */
export function safeCategory(value: string): string | undefined {
  const category = value.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9_-]{0,31}$/.test(category) ? category : undefined;
}

/** Plain ASCII without a leading dot, other characters replaced; undefined when nothing is left of it. */
export function safeFileName(value: string): string | undefined {
  const name = value
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._]+/, '')
    .slice(-160);
  return name === '' ? undefined : name;
}

/** An event id is an opaque key of up to 128 characters (contract §17). */
export function safeEventId(value: string): string | undefined {
  const id = value.trim();
  return id !== '' && Array.from(id).length <= 128 && !/[\p{Cc}\p{Cs}]/u.test(id) ? id : undefined;
}

function safeActivityType(value: string): string | undefined {
  const type = value.trim();
  return /^[\x20-\x7e]{1,64}$/.test(type) ? type : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
