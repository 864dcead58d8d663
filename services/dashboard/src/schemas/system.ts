/** Shapes of the system screen: health, certificates, clocks, logs; storage, retention and the janitor's tasks. */
import { taskKinds } from '@apiary/database/storage-queries';
import { z } from 'zod';
import { logLevels } from '@apiary/base/logger';
import { certificateNames } from '../system/certificates.ts';

const isoTime = z.iso.datetime();

export const systemSchema = z
  .object({
    version: z.string(),
    time: isoTime,
    timeZone: z.string(),
    parts: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['healthy', 'unhealthy', 'unreachable']),
        version: z.string().nullable(),
        uptimeSeconds: z.number().nullable(),
        checks: z.record(z.string(), z.string()).meta({ description: '`ok`, or what is wrong' }),
      }),
    ),
    certificates: z.array(
      z.object({
        name: z.enum(certificateNames),
        subject: z.string(),
        names: z.string().nullable(),
        notAfter: isoTime,
        daysLeft: z.int().meta({ description: 'negative: it has ended' }),
      }),
    ),
  })
  .meta({ id: 'System' });

export const logsQuerySchema = z.object({
  part: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/)
    .optional(),
  level: z.enum(logLevels).optional().meta({ description: 'at least this' }),
  contains: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export const logsSchema = z
  .object({
    parts: z.array(z.string()).meta({ description: 'that have a log here; none: use `make logs`' }),
    lines: z
      .array(
        z.object({
          part: z.string(),
          at: z.string().nullable(),
          level: z.string().nullable(),
          text: z.string(),
        }),
      )
      .meta({ description: 'newest first' }),
  })
  .meta({ id: 'Logs' });

const days = z.int().min(1).max(3650).nullable();
export const retentionBodySchema = z
  .object({
    eventsDays: days.meta({ description: 'older events go, with all they have; null: never' }),
    recordingsDays: days.meta({ description: 'older recordings go, events and pictures stay' }),
    statusDays: days.meta({
      description: 'older history of connection, battery and signal goes, by whole months',
    }),
    freeBytes: z
      .number()
      .int()
      .min(0)
      .max(2 ** 50)
      .nullable()
      .meta({ description: 'when less is free, the oldest recordings go' }),
    maxBytes: z
      .number()
      .int()
      .min(1_000_000)
      .max(2 ** 50)
      .nullable()
      .meta({ description: 'when all takes more, the oldest recordings go' }),
  })
  .meta({ id: 'RetentionSettings', description: 'kept events are exempt from all of it' });
export const retentionSchema = retentionBodySchema
  .extend({ updatedAt: isoTime, updatedBy: z.string() })
  .meta({ id: 'Retention' });
export const dryRunSchema = z
  .object({
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        cameraName: z.string().nullable(),
        events: z.int().meta({ description: 'whole events' }),
        recordings: z.int().meta({ description: 'events that lose their recordings alone' }),
        bytes: z.number(),
      }),
    ),
    missingBytes: z
      .number()
      .meta({ description: 'still too much after all that may go: kept events, or others use the disk' }),
  })
  .meta({ id: 'RetentionDryRun' });

export const storageSchema = z
  .object({
    disk: z
      .object({ totalBytes: z.number(), freeBytes: z.number(), measuredAt: isoTime })
      .nullable()
      .meta({ description: 'of the recordings; null: not measured yet' }),
    usedBytes: z.number(),
    addedPerDay: z.number().meta({ description: 'bytes, average of the last week' }),
    daysLeft: z
      .number()
      .nullable()
      .meta({ description: 'until the disk is full at this rate; null: unknown' }),
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        cameraName: z.string().nullable(),
        bytes: z.number(),
        files: z.int(),
        addedPerDay: z.number(),
      }),
    ),
    days: z.array(z.object({ day: z.string(), addedBytes: z.number(), removedBytes: z.number() })),
  })
  .meta({ id: 'Storage' });

export const taskBodySchema = z.object({ kind: z.enum(taskKinds) }).meta({ id: 'StorageTaskRequest' });
export const taskSchema = z
  .object({
    id: z.int(),
    kind: z.enum(taskKinds),
    requestedBy: z.string(),
    requestedAt: isoTime,
    startedAt: isoTime.nullable(),
    finishedAt: isoTime.nullable(),
    result: z.record(z.string(), z.unknown()).nullable().meta({
      description:
        'orphans: {filesWithoutRows:{count,bytes,examples}, rowsWithoutFiles:{count,examples}, cleaned}; retention: {events,recordings,files,cameras,statusMonths}',
    }),
    error: z.string().nullable(),
  })
  .meta({ id: 'StorageTask' });
export const tasksSchema = z
  .object({ tasks: z.array(taskSchema).meta({ description: 'the newest of each kind' }) })
  .meta({ id: 'StorageTasks' });

/** GET /api/system */
export type System = z.output<typeof systemSchema>;
/** GET /api/system/logs */
export type Logs = z.output<typeof logsSchema>;
/** GET /api/retention */
export type Retention = z.output<typeof retentionSchema>;
/** PUT /api/retention, POST /api/retention/dry-run */
export type RetentionSettings = z.input<typeof retentionBodySchema>;
export type RetentionDryRun = z.output<typeof dryRunSchema>;
/** GET /api/storage */
export type Storage = z.output<typeof storageSchema>;
/** POST /api/storage/tasks */
export type StorageTaskRequest = z.input<typeof taskBodySchema>;
export type StorageTask = z.output<typeof taskSchema>;
/** GET /api/storage/tasks */
export type StorageTasks = z.output<typeof tasksSchema>;
