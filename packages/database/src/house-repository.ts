/** The house: presets that give every camera a mode, schedules that switch them, and the one row that says what is set. */
import type { Queryable } from './pool.ts';

export type HouseMode = 'armed' | 'livestreamonly' | 'privacy';

export interface PresetRow {
  readonly presetId: string;
  readonly name: string;
  /** Mode of cameras that `modes` does not name. */
  readonly defaultMode: HouseMode;
  readonly position: number;
  /** Camera id → mode. */
  readonly modes: Readonly<Record<string, HouseMode>>;
}

export interface ScheduleRow {
  readonly scheduleId: string;
  readonly presetId: string;
  readonly weekdays: readonly number[];
  readonly localTime: string;
  readonly enabled: boolean;
}

export interface HouseStateRow {
  readonly presetId: string | null;
  readonly reason: 'none' | 'person' | 'schedule' | 'override-ended';
  readonly setBy: string;
  readonly setAt: Date;
  /** A person's choice that ends by itself. */
  readonly untilAt: Date | null;
  readonly afterPresetId: string | null;
  /** Switches of the schedule up to here are dealt with. */
  readonly handledUntil: Date;
  /** Null: some camera could not be told yet. */
  readonly appliedAt: Date | null;
}

export async function listPresets(db: Queryable): Promise<PresetRow[]> {
  const { rows } = await db.query<PresetRow>(
    `select preset_id as "presetId", name, default_mode as "defaultMode", position, coalesce(
       (select jsonb_object_agg(m.camera_id, m.mode) from house_preset_modes m where m.preset_id = p.preset_id), '{}') as modes
     from house_presets p order by position, created_at, preset_id`,
  );
  return rows;
}

export async function readPreset(db: Queryable, presetId: string): Promise<PresetRow | undefined> {
  return (await listPresets(db)).find((preset) => preset.presetId === presetId);
}

export interface PresetValues {
  readonly name: string;
  readonly defaultMode: HouseMode;
  readonly modes: Readonly<Record<string, HouseMode>>;
}

/** Its id. Throws unique_violation (23505) on a name that is taken. */
export async function insertPreset(db: Queryable, preset: PresetValues): Promise<string> {
  const { rows } = await db.query<{ presetId: string }>(
    `insert into house_presets (name, default_mode, position)
     select $1, $2, coalesce(max(position), 0) + 1 from house_presets returning preset_id as "presetId"`,
    [preset.name, preset.defaultMode],
  );
  const presetId = rows[0]?.presetId ?? '';
  await writeModes(db, presetId, preset.modes);
  return presetId;
}

/** False: there is no such preset. Throws unique_violation (23505) on a name that is taken. */
export async function updatePreset(db: Queryable, presetId: string, preset: PresetValues): Promise<boolean> {
  const { rowCount } = await db.query(
    'update house_presets set name = $2, default_mode = $3, updated_at = now() where preset_id = $1',
    [presetId, preset.name, preset.defaultMode],
  );
  if (rowCount === 0) return false;
  await db.query('delete from house_preset_modes where preset_id = $1', [presetId]);
  await writeModes(db, presetId, preset.modes);
  return true;
}

/** Ids of no camera are left out: it may have been removed meanwhile. */
async function writeModes(db: Queryable, presetId: string, modes: PresetValues['modes']): Promise<void> {
  await db.query(
    `insert into house_preset_modes (preset_id, camera_id, mode)
     select $1, g.camera_id, g.mode from unnest($2::text[], $3::text[]) as g(camera_id, mode)
     join camera_registry c on c.camera_id = g.camera_id and c.removed_at is null`,
    [presetId, Object.keys(modes), Object.values(modes)],
  );
}

export async function deletePreset(db: Queryable, presetId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from house_presets where preset_id = $1', [presetId]);
  return rowCount === 1;
}

export async function listSchedules(db: Queryable): Promise<ScheduleRow[]> {
  const { rows } = await db.query<ScheduleRow>(
    `select schedule_id as "scheduleId", preset_id as "presetId", weekdays, local_time as "localTime", enabled
     from house_schedules order by local_time, created_at, schedule_id`,
  );
  return rows;
}

export async function insertSchedule(
  db: Queryable,
  schedule: Omit<ScheduleRow, 'scheduleId'>,
): Promise<string> {
  const { rows } = await db.query<{ scheduleId: string }>(
    `insert into house_schedules (preset_id, weekdays, local_time, enabled) values ($1, $2, $3, $4)
     returning schedule_id as "scheduleId"`,
    [schedule.presetId, schedule.weekdays, schedule.localTime, schedule.enabled],
  );
  return rows[0]?.scheduleId ?? '';
}

export async function updateSchedule(db: Queryable, schedule: ScheduleRow): Promise<boolean> {
  const { rowCount } = await db.query(
    `update house_schedules set preset_id = $2, weekdays = $3, local_time = $4, enabled = $5, updated_at = now()
     where schedule_id = $1`,
    [schedule.scheduleId, schedule.presetId, schedule.weekdays, schedule.localTime, schedule.enabled],
  );
  return rowCount === 1;
}

export async function deleteSchedule(db: Queryable, scheduleId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from house_schedules where schedule_id = $1', [scheduleId]);
  return rowCount === 1;
}

const stateColumns = `preset_id as "presetId", reason, set_by as "setBy", set_at as "setAt", until_at as "untilAt",
  after_preset_id as "afterPresetId", handled_until as "handledUntil", applied_at as "appliedAt"`;

export async function readHouseState(db: Queryable): Promise<HouseStateRow> {
  return theRow(await db.query<HouseStateRow>(`select ${stateColumns} from house_state`));
}

/** Holds the row until the transaction ends: who decides what is set does so one at a time. */
export async function lockHouseState(db: Queryable): Promise<HouseStateRow> {
  return theRow(await db.query<HouseStateRow>(`select ${stateColumns} from house_state for update`));
}

export async function writeHouseState(db: Queryable, state: HouseStateRow): Promise<void> {
  await db.query(
    `update house_state set preset_id = $1, reason = $2, set_by = $3, set_at = $4, until_at = $5, after_preset_id = $6,
       handled_until = $7, applied_at = $8`,
    [
      state.presetId,
      state.reason,
      state.setBy,
      state.setAt,
      state.untilAt,
      state.afterPresetId,
      state.handledUntil,
      state.appliedAt,
    ],
  );
}

/** Every camera was told, unless something else was set meanwhile. */
export async function markApplied(db: Queryable, setAt: Date, at: Date): Promise<void> {
  await db.query('update house_state set applied_at = $2 where set_at = $1 and applied_at is null', [
    setAt,
    at,
  ]);
}

function theRow({ rows: [row] }: { rows: HouseStateRow[] }): HouseStateRow {
  if (row === undefined) throw new Error('house_state has no row');
  return row;
}
