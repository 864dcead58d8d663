/** Shapes of the house: presets, schedules, what is set and why. */
import { cameraModes } from '@apiary/contract';
import { z } from 'zod';
import { cameraIdSchema } from '../api-schemas.ts';

const isoTime = z.iso.datetime();
const mode = z.enum(cameraModes);
export const presetIdSchema = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'id of a preset', example: 'away' });

export const presetBodySchema = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(60),
    defaultMode: mode.meta({ description: 'of cameras that `modes` does not name, new ones too' }),
    modes: z.record(cameraIdSchema, mode).default({}).meta({ description: 'camera id → mode' }),
  })
  .meta({ id: 'PresetChange' });
export const presetSchema = presetBodySchema
  .extend({ id: z.string(), modes: z.record(z.string(), mode) })
  .meta({ id: 'Preset' });

export const scheduleBodySchema = z
  .object({
    presetId: presetIdSchema,
    weekdays: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'names a day twice')
      .meta({ description: '1 is Monday' }),
    localTime: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30')
      .meta({
        description:
          'on the clocks of the house; a time that a change of clocks skips comes later by its length',
      }),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'ScheduleChange' });
export const scheduleSchema = scheduleBodySchema
  .extend({ id: z.string(), enabled: z.boolean() })
  .meta({ id: 'Schedule' });

export const houseStateSchema = z.object({
  presetId: z.string().nullable(),
  reason: z
    .enum(['none', 'person', 'schedule', 'override-ended'])
    .meta({ description: 'none: nothing was ever set' }),
  setBy: z.string().meta({ description: 'user name; `house schedule` for a schedule' }),
  setAt: isoTime,
  until: isoTime.nullable().meta({ description: 'ends by itself then; schedules rest until then' }),
  afterPresetId: z
    .string()
    .nullable()
    .meta({ description: 'comes back then, where no schedule says otherwise' }),
  applied: z.boolean().meta({ description: 'false: some camera could not be told yet; it is tried again' }),
});

export const houseSchema = z
  .object({
    timeZone: z.string(),
    presets: z.array(presetSchema),
    schedules: z.array(scheduleSchema),
    state: houseStateSchema,
    next: z
      .object({ at: isoTime, presetId: z.string(), scheduleId: z.string() })
      .nullable()
      .meta({ description: 'the next switch by schedule; rests during an override' }),
    deviating: z
      .array(z.string())
      .meta({ description: 'cameras that were asked for another mode than the preset gives them' }),
  })
  .meta({ id: 'House' });

export const houseSetBodySchema = z
  .object({
    presetId: presetIdSchema,
    until: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional()
      .meta({ description: 'an override: ends then, at most 400 days ahead' }),
  })
  .meta({ id: 'HouseSet' });
export const houseSetResultSchema = z
  .object({
    house: houseSchema,
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        outcome: z.enum(['sent', 'stored', 'unchanged', 'failed']),
        requestId: z
          .string()
          .nullable()
          .meta({ description: 'its outcome arrives as `command` of the stream' }),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'HouseSetResult' });

/** GET /api/house */
export type House = z.output<typeof houseSchema>;
export type Preset = z.output<typeof presetSchema>;
/** POST /api/house/presets, PUT /api/house/presets/{preset} */
export type PresetChange = z.input<typeof presetBodySchema>;
export type Schedule = z.output<typeof scheduleSchema>;
/** POST /api/house/schedules, PUT /api/house/schedules/{schedule} */
export type ScheduleChange = z.input<typeof scheduleBodySchema>;
/** PUT /api/house/state */
export type HouseSet = z.input<typeof houseSetBodySchema>;
export type HouseSetResult = z.output<typeof houseSetResultSchema>;
