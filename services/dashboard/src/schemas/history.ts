/** Shapes of a camera's past and present beside its record: charts, raw messages, last picture, clock; its removal. */
import { z } from 'zod';
import { cursorSchema } from '../api-schemas.ts';

const isoTime = z.iso.datetime();
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const historyQuerySchema = z.object({
  from: instant.optional().meta({ description: 'default: a day before `to`' }),
  to: instant.optional().meta({ description: 'default: now' }),
  points: z.coerce.number().int().min(10).max(1000).default(200).meta({ description: 'most points a chart' }),
});
export const historySchema = z
  .object({
    from: isoTime,
    to: isoTime,
    measurements: z
      .array(
        z.object({
          at: isoTime,
          battery: z.number().nullable(),
          signal: z.number().nullable(),
          temperature: z.number().nullable(),
        }),
      )
      .meta({ description: 'averages of equal pieces of the range; pieces without a report are left out' }),
    connection: z
      .array(z.object({ at: isoTime, connected: z.boolean() }))
      .meta({ description: 'changes, oldest first; the first may lie before `from`' }),
  })
  .meta({ id: 'CameraHistory' });

export const messagesQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: cursorSchema.optional(),
});
export const messagesSchema = z
  .object({
    messages: z.array(
      z.object({
        id: z.int(),
        at: isoTime,
        receivedAt: isoTime,
        type: z.string().meta({ example: 'heartbeat' }),
        payload: z.unknown().meta({ description: 'as it came, secrets redacted' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CameraMessages' });

export const firstContactSchema = z
  .object({
    files: z.array(
      z.object({
        name: z.string().meta({ example: 'https-config-01.json' }),
        at: isoTime,
        content: z.unknown().meta({ description: 'JSON or text, secrets redacted' }),
      }),
    ),
  })
  .meta({ id: 'FirstContact', description: 'the first requests and messages of each kind' });

export const camerasNowSchema = z
  .object({
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        picture: z
          .object({ eventId: z.string(), url: z.string(), at: isoTime })
          .nullable()
          .meta({ description: 'of the last event that has one; no camera is woken for it' }),
        clock: z
          .object({
            differenceSeconds: z.number().meta({ description: 'clock of the camera minus ours' }),
            measuredAt: isoTime,
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: 'CamerasNow' });

export const removeCameraQuerySchema = z.object({
  events: z
    .enum(['keep', 'delete'])
    .meta({ description: 'what becomes of its events; kept ones go as well' }),
  block: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: the id is blocked, so that it does not come back by itself' }),
});

/** GET /api/cameras/{id}/history */
export type CameraHistory = z.output<typeof historySchema>;
/** GET /api/cameras/{id}/messages */
export type CameraMessages = z.output<typeof messagesSchema>;
/** GET /api/cameras/{id}/first-contact */
export type FirstContact = z.output<typeof firstContactSchema>;
/** GET /api/cameras-now */
export type CamerasNow = z.output<typeof camerasNowSchema>;
