/** Shapes of the review inbox: list with filters, marks on many events, counts for timeline and home. */
import { activityKinds } from '@apiary/contract';
import { z } from 'zod';
import { cameraIdSchema, cursorSchema, eventIdSchema, eventSchema } from '../api-schemas.ts';

const many = <T extends z.ZodType>(item: T, most: number) =>
  z.union([item, z.array(item).max(most)]).transform((value) => (Array.isArray(value) ? value : [value]));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as 07:30')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** IANA name of a time zone that this machine knows. */
export const zoneSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/)
  .refine(isZone, 'must be a time zone such as Europe/London')
  .meta({ description: 'IANA time zone; default: that of the house', example: 'Europe/London' });

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const reviewQuerySchema = z.object({
  camera: many(cameraIdSchema, 200).optional().meta({ description: 'repeat for several' }),
  kind: many(z.enum(activityKinds), 3).optional().meta({ description: 'repeat for several' }),
  from: instant.optional().meta({ description: 'started at or after, ISO 8601 with zone' }),
  to: instant.optional().meta({ description: 'started before, ISO 8601 with zone' }),
  timeFrom: localTime.optional().meta({ description: 'time of day, HH:MM, in `zone`' }),
  timeTo: localTime
    .optional()
    .meta({ description: 'end of it, exclusive; before `timeFrom`: over midnight' }),
  zone: zoneSchema.optional(),
  reviewed: flag.optional().meta({ description: 'false: only what you have not looked at' }),
  kept: z.literal('true').optional().meta({ description: 'only what is kept' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'rows a page' }),
  cursor: cursorSchema.optional(),
});

export const reviewEventSchema = eventSchema
  .extend({ reviewed: z.boolean().meta({ description: 'you have looked at it' }) })
  .meta({ id: 'ReviewEvent' });
export const reviewListSchema = z
  .object({
    events: z.array(reviewEventSchema).meta({ description: 'newest first' }),
    nextCursor: z.string().nullable().meta({
      description: 'null: the end. A page may be short, even empty, and still have a next one',
    }),
  })
  .meta({ id: 'ReviewList' });

export const eventPlaceSchema = z
  .object({
    reviewed: z.boolean().meta({ description: 'you have looked at it' }),
    newer: z.string().nullable().meta({ description: 'id of the event after it; null: there is none yet' }),
    older: z.string().nullable().meta({ description: 'id of the event before it' }),
  })
  .meta({ id: 'EventPlace' });

export const bulkMost = 500;
export const bulkBodySchema = z
  .object({ eventIds: z.array(eventIdSchema).min(1).max(bulkMost) })
  .meta({ id: 'EventIds' });
export const bulkOutcomes = ['done', 'unchanged', 'kept', 'not_found'] as const;
export const bulkResultSchema = z
  .object({
    results: z.array(
      z.object({
        eventId: z.string(),
        outcome: z.enum(bulkOutcomes).meta({
          description: 'kept: not deleted, because someone keeps it; not_found: or not yours to see',
        }),
      }),
    ),
  })
  .meta({ id: 'BulkResult', description: 'one result an event, in the order asked' });

export const countsQuerySchema = z.object({
  from: instant.meta({ description: 'start of the range; hours are counted from here' }),
  to: instant,
  by: z.enum(['hour', 'day']).default('hour'),
  zone: zoneSchema.optional(),
  camera: many(cameraIdSchema, 200).optional(),
});
const perKind = { motion: z.int(), person: z.int(), sound: z.int() };
export const countsSchema = z
  .object({
    counts: z
      .array(z.object({ cameraId: z.string(), start: z.iso.datetime(), ...perKind }))
      .meta({ description: 'hours and days without events are left out' }),
  })
  .meta({ id: 'EventCounts' });

export const summaryQuerySchema = z.object({ zone: zoneSchema.optional() });
export const summarySchema = z
  .object({
    today: z.iso.datetime().meta({ description: 'midnight in the zone' }),
    cameras: z
      .array(z.object({ cameraId: z.string(), ...perKind }))
      .meta({ description: 'events since then' }),
    unreviewed: z.object({
      count: z.int(),
      more: z.boolean().meta({ description: 'counted up to 999; there are more' }),
      since: z.iso.datetime().meta({ description: 'older events are not counted' }),
    }),
  })
  .meta({ id: 'ReviewSummary' });

export const downloadMost = 100;
export const downloadQuerySchema = z.object({
  event: many(eventIdSchema, downloadMost).meta({
    description: `event id; repeat for up to ${downloadMost}`,
  }),
});

/** GET /api/review/events */
export type ReviewList = z.output<typeof reviewListSchema>;
/** GET /api/review/events/{event} */
export type EventPlace = z.output<typeof eventPlaceSchema>;
export type ReviewEvent = z.output<typeof reviewEventSchema>;
/** Query of GET /api/review/events as written in the URL. */
export type ReviewQuery = z.input<typeof reviewQuerySchema>;
/** Body and answer of POST /api/review/{reviewed,unreviewed,keep,unkeep,delete} */
export type EventIds = z.input<typeof bulkBodySchema>;
export type BulkResult = z.output<typeof bulkResultSchema>;
/** GET /api/review/counts, /api/review/summary */
export type EventCounts = z.output<typeof countsSchema>;
export type ReviewSummary = z.output<typeof summarySchema>;
