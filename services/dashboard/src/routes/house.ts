/** The house: what is set and why, setting it, and its presets and schedules. */
import { z } from 'zod';
import { can } from '@apiary/access/can';
import { badRequest, conflict, notFound } from '@apiary/base/errors';
import { inTransaction, type Queryable } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { listCameras } from '@apiary/database/camera-queries';
import {
  deletePreset,
  deleteSchedule,
  insertPreset,
  insertSchedule,
  listPresets,
  listSchedules,
  readHouseState,
  readPreset,
  updatePreset,
  updateSchedule,
} from '@apiary/database/house-repository';
import type { CameraTold } from '../house/house.ts';
import { modeOf } from '../house/house.ts';
import { nextSwitch } from '../house/schedule.ts';
import { route, type Route, type RouteInput } from '../http/route.ts';
import {
  houseSchema,
  houseSetBodySchema,
  houseSetResultSchema,
  presetBodySchema,
  presetIdSchema,
  scheduleBodySchema,
  type House,
  type HouseSetResult,
} from '../schemas/house.ts';
import type { Deps } from './deps.ts';

type Input = Pick<RouteInput<unknown, unknown, unknown, unknown>, 'session' | 'address'>;
type Actor = Input['session']['user'];

const longestOverrideMs = 400 * 86_400_000;
const presetsMost = 20;
const schedulesMost = 100;

export function houseRoutes(deps: Deps): Route[] {
  return [...stateRoutes(deps), ...presetRoutes(deps), ...scheduleRoutes(deps)];
}

const askerOf = ({ session, address }: Input) => ({ username: session.user.username, address });

const set = async (deps: Deps, user: Actor, told: readonly CameraTold[]): Promise<HouseSetResult> => ({
  house: await houseRecord(deps, user),
  cameras: [...told],
});

const stateRoutes = (deps: Deps): Route[] => [
  route({
    method: 'get',
    path: '/api/house',
    summary: 'What the house is set to, why and until when; its presets and schedules',
    tag: 'house',
    access: { action: 'house.read' },
    answer: { status: 200, json: houseSchema },
    handler: ({ session }) => houseRecord(deps, session.user),
  }),
  route({
    method: 'put',
    path: '/api/house/state',
    summary: 'Set a preset: every camera gets its mode; with `until` it ends by itself',
    tag: 'house',
    access: { action: 'house.set' },
    body: houseSetBodySchema,
    answer: { status: 200, json: houseSetResultSchema },
    errors: { 404: 'there is no such preset' },
    async handler(input) {
      const { presetId, until } = input.body;
      if (until !== undefined && until.getTime() > Date.now() + longestOverrideMs)
        throw badRequest('invalid_request', 'body.until: must be within 400 days');
      return set(deps, input.session.user, await deps.house.set(presetId, until, askerOf(input)));
    },
  }),
  route({
    method: 'delete',
    path: '/api/house/override',
    summary: 'End an override now: the schedule, or what was set before, holds again',
    tag: 'house',
    access: { action: 'house.set' },
    answer: { status: 200, json: houseSetResultSchema },
    handler: async (input) => set(deps, input.session.user, await deps.house.endOverride(askerOf(input))),
  }),
];

function presetRoutes(deps: Deps): Route[] {
  const common = {
    tag: 'house',
    access: { action: 'house.change' },
    answer: { status: 200, json: houseSchema },
  } as const;
  const params = z.object({ preset: presetIdSchema });
  const done = async (
    input: Input,
    action: string,
    presetId: string,
    work: (db: Queryable) => Promise<void>,
  ) => {
    await change(deps, input, action, { preset: presetId }, work);
    if (action === 'preset_changed') await deps.house.presetChanged(presetId, askerOf(input));
    return houseRecord(deps, input.session.user);
  };
  return [
    route({
      ...common,
      method: 'post',
      path: '/api/house/presets',
      summary: 'Add a preset',
      body: presetBodySchema,
      errors: { 409: 'the name is taken, or there are too many' },
      handler: (input) =>
        done(input, 'preset_added', input.body.name, async (db) => {
          if ((await listPresets(db)).length >= presetsMost)
            throw conflict('too_many', `There can be ${presetsMost} presets.`);
          await uniqueName(() => insertPreset(db, input.body));
        }),
    }),
    route({
      ...common,
      method: 'put',
      path: '/api/house/presets/{preset}',
      summary: 'Change a preset; when it is the one set, cameras follow',
      params,
      body: presetBodySchema,
      errors: { 404: 'there is no such preset', 409: 'the name is taken' },
      handler: (input) =>
        done(input, 'preset_changed', input.params.preset, async (db) => {
          if (!(await uniqueName(() => updatePreset(db, input.params.preset, input.body))))
            throw notFound('The preset');
        }),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/house/presets/{preset}',
      summary: 'Remove a preset and its schedules; cameras stay as they are',
      params,
      errors: { 404: 'there is no such preset' },
      handler: (input) =>
        done(input, 'preset_removed', input.params.preset, async (db) => {
          if (!(await deletePreset(db, input.params.preset))) throw notFound('The preset');
        }),
    }),
  ];
}

function scheduleRoutes(deps: Deps): Route[] {
  const common = {
    tag: 'house',
    access: { action: 'house.change' },
    answer: { status: 200, json: houseSchema },
  } as const;
  const params = z.object({ schedule: z.uuid() });
  const done = async (
    input: Input,
    action: string,
    details: object,
    work: (db: Queryable) => Promise<void>,
  ) => {
    await change(deps, input, action, details, async (db) => {
      await work(db);
      await deps.house.scheduleChanged(db);
    });
    return houseRecord(deps, input.session.user);
  };
  const needPreset = async (db: Queryable, presetId: string): Promise<void> => {
    if ((await readPreset(db, presetId)) === undefined) throw notFound('The preset');
  };
  return [
    route({
      ...common,
      method: 'post',
      path: '/api/house/schedules',
      summary: 'Add a schedule; it counts from now on',
      body: scheduleBodySchema,
      errors: { 404: 'there is no such preset', 409: 'there are too many' },
      handler: (input) =>
        done(input, 'schedule_added', input.body, async (db) => {
          await needPreset(db, input.body.presetId);
          if ((await listSchedules(db)).length >= schedulesMost)
            throw conflict('too_many', `There can be ${schedulesMost} schedules.`);
          await insertSchedule(db, input.body);
        }),
    }),
    route({
      ...common,
      method: 'put',
      path: '/api/house/schedules/{schedule}',
      summary: 'Change a schedule; it counts from now on',
      params,
      body: scheduleBodySchema,
      errors: { 404: 'there is no such schedule or preset' },
      handler: (input) =>
        done(input, 'schedule_changed', { id: input.params.schedule, ...input.body }, async (db) => {
          await needPreset(db, input.body.presetId);
          if (!(await updateSchedule(db, { ...input.body, scheduleId: input.params.schedule })))
            throw notFound('The schedule');
        }),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/house/schedules/{schedule}',
      summary: 'Remove a schedule',
      params,
      errors: { 404: 'there is no such schedule' },
      handler: (input) =>
        done(input, 'schedule_removed', { id: input.params.schedule }, async (db) => {
          if (!(await deleteSchedule(db, input.params.schedule))) throw notFound('The schedule');
        }),
    }),
  ];
}

/** A change and its audit line, kept or lost together. */
const change = (
  deps: Deps,
  { session, address }: Input,
  action: string,
  details: object,
  work: (db: Queryable) => Promise<void>,
): Promise<void> =>
  inTransaction(deps.pool, async (db) => {
    await work(db);
    await recordAudit(db, { actor: session.user.username, action, address, details: { ...details } });
  });

async function uniqueName<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505')
      throw conflict('name_taken', 'A preset has this name already.');
    throw error;
  }
}

/** As this user may see it: modes of their cameras alone. */
async function houseRecord({ pool, timeZone }: Deps, user: Actor): Promise<House> {
  const [presets, schedules, state, cameras] = await Promise.all([
    listPresets(pool),
    listSchedules(pool),
    readHouseState(pool),
    listCameras(pool),
  ]);
  const seen = cameras.filter(({ cameraId }) => can(user, 'house.read', cameraId));
  const own = new Set(seen.map(({ cameraId }) => cameraId));
  const preset = presets.find(({ presetId }) => presetId === state.presetId);
  const next = nextSwitch(schedules, timeZone, new Date());
  return {
    timeZone,
    presets: presets.map(({ presetId, name, defaultMode, modes }) => ({
      id: presetId,
      name,
      defaultMode,
      modes: Object.fromEntries(Object.entries(modes).filter(([cameraId]) => own.has(cameraId))),
    })),
    schedules: schedules.map(({ scheduleId, ...schedule }) => ({
      id: scheduleId,
      ...schedule,
      weekdays: [...schedule.weekdays],
    })),
    state: {
      presetId: state.presetId,
      reason: state.reason,
      setBy: state.setBy,
      setAt: state.setAt.toISOString(),
      until: state.untilAt?.toISOString() ?? null,
      afterPresetId: state.afterPresetId,
      applied: state.appliedAt !== null,
    },
    next: next === undefined ? null : { ...next, at: next.at.toISOString() },
    deviating:
      preset === undefined
        ? []
        : seen
            .filter(({ cameraId, requestedMode }) => requestedMode !== modeOf(preset, cameraId))
            .map(({ cameraId }) => cameraId),
  };
}
