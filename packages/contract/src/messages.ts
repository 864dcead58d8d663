/**
 * What cameras publish (contract §6.3). Decoders are total: they return a message or a reason, and never throw.
 * Unknown fields are tolerated, fields of a wrong type count as missing: one odd value never loses its neighbours.
 */
import { defaultActivityType } from './activity.ts';
import { parseTimestamp } from './timestamps.ts';
import type { CameraTopic } from './topics.ts';

/** Longest event id we keep; anything printable is allowed, it is an opaque key (contract §17). */
export const eventIdMaxLength = 128;

export interface ConnectionMessage {
  readonly type: 'connection';
  readonly connected: boolean;
  readonly reportedAt: Date | undefined;
  readonly firmwareVersion: string | undefined;
  readonly hardwareVersion: string | undefined;
  readonly ipAddress: string | undefined;
  readonly clientId: string | undefined;
  readonly raw: JsonObject;
}

export interface StatusMessage {
  /** `state` is a state message: same content, may carry `mode` (lower case here). */
  readonly type: 'status' | 'state';
  readonly status: string;
  /** The heartbeat says the camera is there. */
  readonly online: boolean;
  readonly reportedAt: Date | undefined;
  readonly batteryLevel: number | undefined;
  readonly temperature: number | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly signalStrength: number | undefined;
  readonly ipAddress: string | undefined;
  readonly mode: string | undefined;
  /** Echo of a command's request id, where the camera gives one. */
  readonly requestId: string | undefined;
  /** Settings of §6.4 the camera reports: under `settings`, or at the top. */
  readonly settings: JsonObject;
  readonly raw: JsonObject;
}

export interface ActivityMessage {
  readonly type: 'activity-start' | 'activity-stop' | 'activity-other';
  /** undefined: the camera gave none. */
  readonly eventId: string | undefined;
  readonly activityType: string;
  /** The type was given, not defaulted. */
  readonly activityTypeGiven: boolean;
  readonly reportedAt: Date | undefined;
  /** 0 to 1. */
  readonly confidence: number | undefined;
  readonly region: JsonObject | undefined;
  readonly raw: JsonObject;
}

export interface UnknownMessage {
  readonly type: 'unknown';
  readonly raw: JsonObject;
}

export type CameraMessage = ConnectionMessage | StatusMessage | ActivityMessage | UnknownMessage;
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;
export type Decoded = { ok: true; message: CameraMessage } | { ok: false; reason: string };

/** Decodes a payload published on a camera's topic. */
export function decodeCameraMessage(topic: CameraTopic, payload: Uint8Array): Decoded {
  const text = new TextDecoder('utf-8').decode(payload);
  if (topic.kind === 'connection' && text.trim().toUpperCase() === 'DISCONNECT') {
    return { ok: true, message: connection({ status: 'DISCONNECT' }) };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'payload is not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { ok: false, reason: 'payload is not a JSON object' };
  }
  if (isDeeperThan(parsed as JsonObject, maxDepth)) {
    return { ok: false, reason: `payload is nested more than ${maxDepth} levels deep` };
  }
  const raw = withoutNul(parsed as JsonObject) as JsonObject;
  switch (topic.kind) {
    case 'connection':
      return { ok: true, message: connection(raw) };
    case 'status':
      return { ok: true, message: status('status', raw) };
    case 'state':
      return { ok: true, message: status('state', raw) };
    case 'activity-start':
    case 'activity-stop':
    case 'activity-other':
      return activity(topic.kind, raw);
    case 'unknown':
      return { ok: true, message: { type: 'unknown', raw } };
  }
}

function connection(raw: JsonObject): ConnectionMessage {
  const device = objectAt(raw, 'device');
  return {
    type: 'connection',
    connected: textAt(raw, 'status')?.toLowerCase() === 'connected',
    reportedAt: timeAt(raw),
    firmwareVersion: textAt(device, 'softwareVersion'),
    hardwareVersion: textAt(device, 'hardwareVersion'),
    ipAddress: textAt(raw, 'ipAddress'),
    clientId: textAt(raw, 'clientId'),
    raw,
  };
}

const onlineWords = new Set(['online', 'active', 'connected']);

function status(type: 'status' | 'state', raw: JsonObject): StatusMessage {
  const word = textAt(raw, 'status') ?? 'online';
  const battery = objectAt(raw, 'battery');
  return {
    type,
    status: word,
    online: onlineWords.has(word.toLowerCase()),
    reportedAt: timeAt(raw),
    batteryLevel: numberAt(battery, 'level') ?? numberAt(raw, 'batteryLevel'),
    temperature: numberAt(raw, 'temperature') ?? numberAt(battery, 'temperature'),
    uptimeSeconds: numberAt(raw, 'uptime'),
    signalStrength: numberAt(objectAt(raw, 'radio'), 'signalStrength'),
    ipAddress: textAt(objectAt(raw, 'ethernet'), 'ipAddress') ?? textAt(raw, 'ipAddress'),
    mode: textAt(raw, 'mode')?.toLowerCase(),
    requestId: textAt(raw, 'requestId'),
    settings: { ...raw, ...objectAt(raw, 'settings') },
    raw,
  };
}

function activity(kind: 'activity-start' | 'activity-stop' | 'activity-other', raw: JsonObject): Decoded {
  const eventId = textAt(raw, 'eventId');
  if (eventId !== undefined && eventId.length > eventIdMaxLength) {
    return { ok: false, reason: `eventId is longer than ${eventIdMaxLength} characters` };
  }
  // `eventType` may say what the topic does not; on a start or stop topic, the topic wins.
  const eventType = textAt(raw, 'eventType')?.toLowerCase();
  const type =
    kind !== 'activity-other'
      ? kind
      : eventType === 'start'
        ? 'activity-start'
        : eventType === 'stop' || eventType === 'end'
          ? 'activity-stop'
          : 'activity-other';
  const activityType = textAt(raw, 'activityType');
  const confidence = numberAt(raw, 'confidence');
  const region = raw['region'];
  return {
    ok: true,
    message: {
      type,
      eventId,
      activityType: (activityType ?? defaultActivityType).slice(0, 64),
      activityTypeGiven: activityType !== undefined,
      reportedAt: timeAt(raw),
      confidence: confidence !== undefined && confidence >= 0 && confidence <= 1 ? confidence : undefined,
      region: isObject(region) ? region : undefined,
      raw,
    },
  };
}

function timeAt(raw: JsonObject): Date | undefined {
  return parseTimestamp(raw['timestamp']) ?? parseTimestamp(raw['creationTimestamp']);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(raw: JsonObject, key: string): JsonObject {
  const value = raw[key];
  return isObject(value) ? value : {};
}

/** A non-empty text; numbers are taken as their digits. */
function textAt(raw: JsonObject, key: string): string | undefined {
  const value = raw[key];
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text.slice(0, 512);
}

/** A finite number that fits a double column; digit strings count. */
function numberAt(raw: JsonObject, key: string): number | undefined {
  const value = raw[key];
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && value.trim() !== ''
        ? Number(value)
        : Number.NaN;
  return Number.isFinite(number) && Math.abs(number) < 1e15 ? number : undefined;
}

/** Far above any message of the contract; PostgreSQL and every recursive reader overflow at some thousands. */
const maxDepth = 64;

function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner: JsonValue) => isDeeperThan(inner, levels - 1));
}

/** PostgreSQL can store NUL neither in text nor in jsonb; lone surrogates break jsonb too. */
function withoutNul(value: JsonValue): JsonValue {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? value.replaceAll('\0', '').toWellFormed() : value;
  if (Array.isArray(value)) return value.map(withoutNul);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [withoutNul(key) as string, withoutNul(inner)]),
    );
  }
  return value;
}
