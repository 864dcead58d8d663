/**
 * What the house is set to and how it comes to be: a person's choice, a schedule, the end of an override. Deciding is
 * one short transaction on the row of the house; telling the cameras follows, is repeated until each has its mode
 * stored, and stops as soon as something else is set. Restarts lose nothing: all of it is in the row.
 */
import type { Clock } from '@apiary/base/clock';
import { badRequest, errorMessage, notFound } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { inTransaction, type Queryable } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { listCameras, type CameraRow } from '@apiary/database/camera-queries';
import {
  listSchedules,
  lockHouseState,
  markApplied,
  readHouseState,
  readPreset,
  writeHouseState,
  type HouseStateRow,
  type PresetRow,
} from '@apiary/database/house-repository';
import type { Asker, CameraCommands } from '../control/camera-commands.ts';
import { latestSwitch } from './schedule.ts';

export interface HouseParts {
  readonly pool: Parameters<typeof inTransaction>[0];
  readonly commands: Pick<CameraCommands, 'setMode'>;
  readonly clock: Clock;
  /** IANA name. */
  readonly timeZone: string;
  readonly logger: Logger;
}

/** `sent` and `stored` as for one camera: the broker has it, or the camera gets it when it comes back. */
export interface CameraTold {
  readonly cameraId: string;
  readonly outcome: 'sent' | 'stored' | 'unchanged' | 'failed';
  readonly requestId: string | null;
  readonly reason: string | null;
}

/** A switch missed by longer than this (the appliance was off) is passed over. */
export const graceMs = 12 * 3_600_000;
const atOnce = 8;
const bySchedule: Asker = { username: 'house schedule', address: '' };

export class House {
  readonly #parts: HouseParts;
  #line: Promise<unknown> = Promise.resolve();
  #turn = 0;
  #rounds = 0;

  constructor(parts: HouseParts) {
    this.#parts = parts;
  }

  /** Sets a preset, for good (until the next switch of a schedule) or until a moment. */
  async set(presetId: string, until: Date | undefined, asker: Asker): Promise<CameraTold[]> {
    const now = this.#parts.clock.date();
    if (until !== undefined && until <= now)
      throw badRequest('invalid_request', 'body.until: must lie ahead');
    await inTransaction(this.#parts.pool, async (db) => {
      const state = await lockHouseState(db);
      if ((await readPreset(db, presetId)) === undefined) throw notFound('The preset');
      const before = state.untilAt === null ? state.presetId : state.afterPresetId;
      await this.#write(db, asker, 'house_set', {
        ...state,
        presetId,
        reason: 'person',
        setBy: asker.username,
        setAt: now,
        untilAt: until ?? null,
        afterPresetId: until === undefined ? null : before,
        handledUntil: now,
      });
    });
    return this.#tellCameras(asker, 'all');
  }

  /** Ends an override now. */
  async endOverride(asker: Asker): Promise<CameraTold[]> {
    await inTransaction(this.#parts.pool, async (db) => {
      const state = await lockHouseState(db);
      if (state.untilAt !== null) await this.#afterOverride(db, state, this.#parts.clock.date(), asker);
    });
    return this.#tellCameras(asker, 'all');
  }

  /** A preset was changed: when it is the one set, cameras follow. */
  async presetChanged(presetId: string, asker: Asker): Promise<void> {
    const isSet = await inTransaction(this.#parts.pool, async (db) => {
      const state = await lockHouseState(db);
      if (state.presetId !== presetId) return false;
      await writeHouseState(db, { ...state, appliedAt: null });
      return true;
    });
    if (isSet) await this.#tellCameras(asker, 'all');
  }

  /** Schedules count from now on: what they would have done earlier today is not done. */
  async scheduleChanged(db: Queryable): Promise<void> {
    const state = await lockHouseState(db);
    await writeHouseState(db, { ...state, handledUntil: this.#parts.clock.date() });
  }

  /** Does what is due: ends an override, switches by schedule, tells cameras that could not be told before. */
  async tick(): Promise<void> {
    const now = this.#parts.clock.date();
    const due = await inTransaction(this.#parts.pool, async (db) => {
      const state = await lockHouseState(db);
      if (state.untilAt !== null) {
        if (state.untilAt <= now) await this.#afterOverride(db, state, now, bySchedule);
      } else await this.#bySchedule(db, state, now);
      return (await readHouseState(db)).appliedAt === null;
    });
    // A round under way may be a person's, who waits for its result.
    if (due && this.#rounds === 0) await this.#tellCameras(bySchedule, 'missing');
  }

  async #afterOverride(db: Queryable, state: HouseStateRow, now: Date, asker: Asker): Promise<void> {
    const last = latestSwitch(await listSchedules(db), this.#parts.timeZone, now);
    const switched = last !== undefined && last.at > state.setAt;
    await this.#write(db, asker, 'house_override_ended', {
      ...state,
      presetId: switched ? last.presetId : (state.afterPresetId ?? state.presetId),
      reason: switched ? 'schedule' : 'override-ended',
      setBy: asker.username,
      setAt: now,
      untilAt: null,
      afterPresetId: null,
      handledUntil: now,
    });
  }

  async #bySchedule(db: Queryable, state: HouseStateRow, now: Date): Promise<void> {
    const last = latestSwitch(await listSchedules(db), this.#parts.timeZone, now);
    if (last === undefined || last.at <= state.handledUntil) return;
    if (now.getTime() - last.at.getTime() <= graceMs) {
      const { presetId } = last;
      const switched = { reason: 'schedule', setBy: bySchedule.username, setAt: now } as const;
      await this.#write(db, bySchedule, 'house_set', { ...state, ...switched, presetId, handledUntil: now });
      return;
    }
    await writeHouseState(db, { ...state, handledUntil: now });
    const details = { preset: last.presetId, due: last.at.toISOString() };
    await recordAudit(db, { actor: bySchedule.username, action: 'house_switch_missed', details });
  }

  async #write(db: Queryable, asker: Asker, action: string, state: HouseStateRow): Promise<void> {
    await writeHouseState(db, { ...state, appliedAt: null });
    await recordAudit(db, {
      actor: asker.username,
      action,
      ...(asker.address === '' ? {} : { address: asker.address }),
      details: { preset: state.presetId, reason: state.reason, until: state.untilAt?.toISOString() ?? null },
    });
  }

  /** One round at a time; a round ends early when a newer one waits. */
  #tellCameras(asker: Asker, which: 'all' | 'missing'): Promise<CameraTold[]> {
    const turn = ++this.#turn;
    this.#rounds++;
    const round = this.#line
      .then(() => this.#round(turn, asker, which))
      .finally(() => {
        this.#rounds--;
      });
    this.#line = round.catch(() => undefined);
    return round;
  }

  async #round(turn: number, asker: Asker, which: 'all' | 'missing'): Promise<CameraTold[]> {
    const { pool, clock } = this.#parts;
    const state = await readHouseState(pool);
    const preset = state.presetId === null ? undefined : await readPreset(pool, state.presetId);
    const told: CameraTold[] = [];
    const cameras = preset === undefined ? [] : await listCameras(pool);
    for (let next = 0; next < cameras.length && turn === this.#turn; next += atOnce)
      told.push(
        ...(await Promise.all(
          cameras.slice(next, next + atOnce).map((camera) => this.#tell(camera, preset, asker, which)),
        )),
      );
    const complete = told.length === cameras.length && told.every(({ outcome }) => outcome !== 'failed');
    if (complete) await markApplied(pool, state.setAt, clock.date());
    return told;
  }

  async #tell(
    camera: CameraRow,
    preset: PresetRow | undefined,
    asker: Asker,
    which: 'all' | 'missing',
  ): Promise<CameraTold> {
    const { cameraId } = camera;
    const mode = modeOf(preset, cameraId);
    const agrees = camera.requestedMode === mode && (which === 'missing' || camera.status === mode);
    if (mode === undefined || agrees)
      return { cameraId, outcome: 'unchanged', requestId: null, reason: null };
    try {
      const { requestId, pending } = await this.#parts.commands.setMode(camera, mode, asker);
      return { cameraId, outcome: pending === true ? 'stored' : 'sent', requestId, reason: null };
    } catch (error) {
      const reason = errorMessage(error);
      this.#parts.logger.warn({ fact: 'camera not told of the preset', cameraId, mode, reason });
      return { cameraId, outcome: 'failed', requestId: null, reason };
    }
  }
}

export const modeOf = (
  preset: PresetRow | undefined,
  cameraId: string,
): PresetRow['defaultMode'] | undefined => preset?.modes[cameraId] ?? preset?.defaultMode;
