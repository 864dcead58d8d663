/**
 * Shapes of what the API takes and gives, once for everything: requests are parsed with them, OpenAPI is generated
 * from them, the page takes its types from them (api-types.ts). JSON is camelCase, times are ISO 8601 UTC; URLs are
 * given, never paths of files.
 */
import {
  activityKinds,
  cameraModes,
  cameraSettingsSchema,
  cameraSettingNames,
  soundTypes,
} from '@apiary/contract';
import { z } from 'zod';
import { userSchema } from './schemas/people.ts';

const isoTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC, milliseconds' });
const revision = z
  .int()
  .nonnegative()
  .meta({ description: 'orders changes: higher is newer; also the `id` of stream events' });

/** Path parameter: 32 hexadecimal characters; lower case is taken as well. */
export const cameraIdSchema = z
  .string()
  .regex(/^[0-9A-Fa-f]{32}$/, 'must be 32 hexadecimal characters')
  .transform((text) => text.toUpperCase())
  .meta({ description: 'camera id', example: '0A1B2C3D4E5F60718293A4B5C6D7E8F9' });

/** Path parameter: whatever the camera called its event, percent-encoded in the URL. PostgreSQL text holds no NUL. */
export const eventIdSchema = z
  .string()
  .min(1)
  .refine((text) => Array.from(text).length <= 128, 'must have at most 128 characters')
  .refine((text) => !text.includes('\0'), 'must not contain NUL')
  .meta({ description: 'event id: any 1 to 128 characters, percent-encoded' });

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .meta({ id: 'Error', description: '`code` is stable, `message` is for people' });

export const cameraSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mode: z.string().meta({ description: 'as last reported: armed | livestreamonly | privacy | unknown' }),
    requestedMode: z
      .enum(cameraModes)
      .nullable()
      .meta({ description: 'as last asked for; sent again after every reconnect' }),
    connectionStatus: z.enum(['connected', 'disconnected']),
    connectionChangedAt: isoTime.nullable(),
    lastSeenAt: isoTime.nullable(),
    firmwareVersion: z.string().nullable(),
    hardwareVersion: z.string().nullable(),
    ipAddress: z.string().nullable(),
    location: z.string().nullable(),
    batteryLevel: z
      .number()
      .nullable()
      .meta({ description: 'as the camera gives it; mains cameras give none' }),
    signalStrength: z.number().nullable(),
    temperature: z.number().nullable(),
    uptimeSeconds: z.number().nullable(),
    createdAt: isoTime,
    revision,
  })
  .meta({ id: 'Camera' });

export const eventSchema = z
  .object({
    id: z.string(),
    cameraId: z.string(),
    cameraName: z.string(),
    activityType: z.string().meta({ description: 'word of the camera, e.g. MOTION_SMART' }),
    kind: z.enum(activityKinds),
    startedAt: isoTime.meta({
      description: "orders lists: the camera's time where believable, else receipt",
    }),
    startSource: z
      .enum(['camera', 'receipt', 'upload', 'stop'])
      .meta({ description: 'what `startedAt` rests on' }),
    reportedStartAt: isoTime.nullable().meta({ description: "the camera's own claim, believable or not" }),
    endedAt: isoTime.nullable().meta({ description: 'null: no stop came; some cameras never send one' }),
    ended: z.boolean(),
    durationSeconds: z
      .number()
      .nullable()
      .meta({ description: 'end minus start; without an end the length of what was recorded' }),
    confidence: z.number().nullable(),
    uploadStatus: z.enum(['pending', 'completed', 'quarantined']),
    thumbnailUrl: z.string().nullable(),
    playlistUrl: z.string().nullable().meta({ description: 'HLS, all recordings joined' }),
    downloadUrl: z.string().nullable().meta({ description: 'MP4 of all recordings' }),
    recordingCount: z.int().nonnegative(),
    recordingSeconds: z.number().nullable(),
    recordingBytes: z.number().nullable().meta({ description: 'bytes as uploaded' }),
    receivedAt: isoTime.meta({ description: 'when the platform first heard of it' }),
    keptAt: isoTime.nullable().meta({ description: 'a person keeps it: retention leaves it alone' }),
    keptBy: z.string().nullable(),
    recordingsRemovedAt: isoTime
      .nullable()
      .meta({ description: 'retention took its recordings; the event and its picture stayed' }),
    revision,
  })
  .meta({ id: 'CameraEvent' });

export const sharedEventSchema = z
  .object({ event: eventSchema, expiresAt: isoTime, sharedBy: z.string() })
  .meta({ id: 'SharedEvent' });

export const cursorSchema = z
  .string()
  .max(1000)
  .meta({ description: 'opaque: `nextCursor` of the page before' });
const limitSchema = z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'rows a page' });

export const eventQuerySchema = z.object({
  cameraId: cameraIdSchema.optional(),
  type: z.enum(activityKinds).optional().meta({ description: 'only events of this `kind`' }),
  from: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'started at or after, ISO 8601 with zone' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'started before, ISO 8601 with zone' }),
  limit: limitSchema,
  cursor: cursorSchema.optional(),
});

export const cameraListSchema = z.object({ cameras: z.array(cameraSchema) }).meta({ id: 'CameraList' });
export const eventListSchema = z
  .object({
    events: z.array(eventSchema).meta({ description: 'newest first' }),
    nextCursor: z.string().nullable().meta({ description: 'null: this was the last page' }),
  })
  .meta({ id: 'EventList' });

export const serverInfoSchema = z
  .object({
    version: z.string(),
    time: isoTime,
    downloads: z
      .boolean()
      .meta({ description: 'false: ffmpeg is not installed, recordings play but do not download' }),
    liveView: z.boolean().meta({ description: 'false: this installation runs no live view' }),
  })
  .meta({ id: 'ServerInfo' });

export const unclaimedCameraSchema = z
  .object({
    id: z.string(),
    address: z.string().nullable(),
    configRequests: z.int(),
    certificateRequests: z.int(),
    firstSeenAt: isoTime,
    lastSeenAt: isoTime,
    approvedAt: isoTime.nullable(),
    blockedAt: isoTime.nullable(),
  })
  .meta({
    id: 'UnclaimedCamera',
    description: 'asked for its configuration, but has not connected nor uploaded yet',
  });
export const unclaimedListSchema = z
  .object({ unclaimed: z.array(unclaimedCameraSchema) })
  .meta({ id: 'UnclaimedList' });

export const bootstrapSchema = z
  .object({
    user: userSchema,
    cameras: z.array(cameraSchema),
    events: z.array(eventSchema).meta({ description: 'the newest 50, newest first' }),
    nextCursor: z.string().nullable().meta({ description: 'continues `events` by GET /api/events' }),
    unclaimed: z.array(unclaimedCameraSchema),
    revision: revision.meta({
      description: 'give it to GET /api/stream?after= so that nothing between is missed',
    }),
    server: serverInfoSchema,
  })
  .meta({ id: 'Bootstrap' });

export const cameraModeSchema = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(cameraModes))
  .meta({ description: `${cameraModes.join(', ')}; any case`, example: 'armed' });
export const renameBodySchema = z
  .object({ name: z.string().trim().min(1, 'must not be empty').max(100) })
  .meta({ id: 'CameraRename' });
export const settingsBodySchema = cameraSettingsSchema
  .partial()
  .refine((settings) => Object.keys(settings).length > 0, 'must name at least one setting')
  .meta({ id: 'CameraSettingsChange', description: 'only what is to change; the camera gets all twenty' });
export const settingsSchema = z
  .object({
    cameraId: z.string(),
    settings: cameraSettingsSchema,
    standard: cameraSettingsSchema.meta({ description: 'what is sent where nobody has chosen' }),
    defaults: z.array(z.enum(cameraSettingNames as [string, ...string[]])).meta({
      description: 'names nobody has chosen yet: their values are what would be sent',
    }),
  })
  .meta({ id: 'CameraSettings' });
export const soundBodySchema = z
  .object({
    soundType: z.enum(soundTypes),
    durationSeconds: z
      .int()
      .min(1)
      .max(300)
      .optional()
      .meta({ description: 'default: as long as the sound is by itself (20 s, LULLABY 30 s)' }),
  })
  .meta({ id: 'SoundRequest' });

export const acceptedSchema = z
  .object({
    requestId: z.string(),
    pending: z
      .literal(true)
      .optional()
      .meta({ description: 'the camera is not connected: stored, sent at its next connection' }),
  })
  .meta({
    id: 'Accepted',
    description:
      'the broker has the command; what the camera made of it arrives as a `command` event of the stream',
  });

export const commandOutcomeSchema = z
  .object({
    requestId: z.string(),
    cameraId: z.string(),
    command: z.string().meta({ example: 'system/setmode' }),
    outcome: z.enum(['confirmed', 'refused', 'timeout']),
    detail: z.string().nullable(),
    requestedBy: z.string(),
    requestedAt: isoTime,
    outcomeAt: isoTime.nullable(),
    revision,
  })
  .meta({ id: 'CommandOutcome' });

export const streamResetSchema = z
  .object({ revision, reason: z.string() })
  .meta({ id: 'StreamReset', description: 'too much was missed: fetch /api/bootstrap again' });

export const removedSchema = z
  .object({ entity: z.enum(['event', 'camera']), id: z.string(), cameraId: z.string(), revision })
  .meta({ id: 'Removed', description: 'gone for everybody: take it off the screen' });
export const changedSchema = z
  .object({
    entity: z.string().nullable().meta({
      description: 'house | review | notifications | users | system | unclaimed | …; null: after a gap, all',
    }),
    keys: z.array(z.string()),
  })
  .meta({ id: 'Changed', description: 'fetch this again; has no `id`, so it moves no revision' });

export const auditEntrySchema = z
  .object({
    id: z.int(),
    at: isoTime,
    actor: z.string(),
    action: z.string(),
    cameraId: z.string().nullable(),
    eventId: z.string().nullable(),
    address: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });
export const auditQuerySchema = z.object({
  actor: z.string().max(100).optional().meta({ description: 'user name, `camera <id>` or a service' }),
  action: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .optional()
    .meta({ description: 'the word or its beginning, such as `login`' }),
  cameraId: cameraIdSchema.optional(),
  eventId: eventIdSchema.optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'exclusive' }),
  limit: limitSchema,
  cursor: cursorSchema.optional(),
});
export const auditListSchema = z
  .object({ entries: z.array(auditEntrySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'AuditList' });
