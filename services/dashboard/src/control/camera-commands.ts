/**
 * Commands to cameras. Each is a row before it is a message, so that an answer that comes at once finds what it
 * answers; choices (mode, settings) are stored with the row and taken back if the broker never got the message.
 * What the camera makes of a command is found out by the processor.
 */
import { AppError, conflict, errorMessage, notFound } from '@apiary/base/errors';
import { withDeadline } from '@apiary/base/deadline';
import type { Logger } from '@apiary/base/logger';
import {
  playSoundCommand,
  rebootCommand,
  setModeCommand,
  settingText,
  settingType,
  settingsCommand,
  settingsFromRows,
  soundLengthSeconds,
  stopSoundCommand,
  type CameraMode,
  type CameraSettings,
  type Command,
  type SoundType,
} from '@apiary/contract';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { lockCamera, storeRequestedMode, type CameraRow } from '@apiary/database/camera-queries';
import {
  forgetCameraState,
  readCameraState,
  storeCameraState,
  type CameraStateRow,
} from '@apiary/database/camera-state-repository';
import { insertCommand, refuseCommand } from '@apiary/database/command-repository';
import type { BrokerClient } from '@apiary/mqtt';
import type { Accepted } from '../api-types.ts';
import { SoundPlayer } from './sound-player.ts';

type Pool = Parameters<typeof inTransaction>[0];

/** What is to change; the rest stays. */
export type SettingsChanges = { [N in keyof CameraSettings]?: CameraSettings[N] | undefined };

/** Who asks, and from where. */
export interface Asker {
  readonly username: string;
  readonly address: string;
}

export interface CameraCommandsOptions {
  readonly pool: Pool;
  readonly broker: Pick<BrokerClient, 'connected' | 'publishCommand' | 'ready'>;
  readonly logger: Logger;
  /** Seconds a camera has to confirm; a reboot takes six times that. */
  readonly timeoutSeconds: number;
}

const brokerWaitMs = 5000;
const rebootFactor = 6;

interface Plan {
  readonly action: string;
  readonly expected: object;
  readonly deadlineSeconds: number;
  readonly details?: Record<string, unknown>;
  /** Stored with the command; a disconnected camera gets it at its next connection. */
  readonly choice?: { readonly state: readonly CameraStateRow[]; readonly mode?: CameraMode };
}

export class CameraCommands {
  readonly #options: CameraCommandsOptions;
  readonly #sounds = new SoundPlayer();
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(options: CameraCommandsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#sounds.cancelAll();
  }

  setMode(camera: CameraRow, mode: CameraMode, asker: Asker): Promise<Accepted> {
    return this.#send(camera, asker, setModeCommand(camera.cameraId, mode, new Date()), {
      action: 'mode_requested',
      expected: { mode },
      deadlineSeconds: this.#options.timeoutSeconds,
      details: { mode },
      choice: { state: [{ settingName: 'mode', settingValue: mode, settingType: 'string' }], mode },
    });
  }

  reboot(camera: CameraRow, asker: Asker): Promise<Accepted> {
    return this.#send(camera, asker, rebootCommand(camera.cameraId, new Date()), {
      action: 'reboot_requested',
      expected: {},
      deadlineSeconds: this.#options.timeoutSeconds * rebootFactor,
    });
  }

  /** Stores the changed settings and sends all twenty: the firmware resets what is left out. */
  changeSettings(camera: CameraRow, changes: SettingsChanges, asker: Asker): Promise<Accepted> {
    const state = Object.entries(changes).map(([settingName, value]) => ({
      settingName,
      settingValue: settingText(value),
      settingType: settingType(value),
    }));
    const full = async (): Promise<Command> => {
      const stored = await readCameraState(this.#options.pool, camera.cameraId);
      return settingsCommand(camera.cameraId, settingsFromRows([...stored, ...state]), new Date());
    };
    return this.#send(camera, asker, full, {
      action: 'settings_requested',
      expected: { settings: changes },
      deadlineSeconds: this.#options.timeoutSeconds,
      details: { settings: changes },
      choice: { state },
    });
  }

  async playSound(
    camera: CameraRow,
    sound: SoundType,
    durationSeconds: number | undefined,
    asker: Asker,
  ): Promise<Accepted> {
    const { cameraId } = camera;
    this.#sounds.cancel(cameraId);
    const accepted = await this.#send(camera, asker, playSoundCommand(cameraId, sound, new Date()), {
      action: 'sound_played',
      expected: {},
      deadlineSeconds: this.#options.timeoutSeconds,
      details: { sound, durationSeconds },
    });
    this.#sounds.follow(
      cameraId,
      sound,
      durationSeconds ?? soundLengthSeconds(sound),
      () => void this.#publishQuietly(playSoundCommand(cameraId, sound, new Date())),
      () => void this.#publishQuietly(stopSoundCommand(cameraId, new Date())),
    );
    return accepted;
  }

  stopSound(camera: CameraRow, asker: Asker): Promise<Accepted> {
    this.#sounds.cancel(camera.cameraId);
    return this.#send(camera, asker, stopSoundCommand(camera.cameraId, new Date()), {
      action: 'sound_stopped',
      expected: {},
      deadlineSeconds: this.#options.timeoutSeconds,
    });
  }

  /** One command of a camera at a time, so that what is stored last is also what the camera got last. */
  #send(
    camera: CameraRow,
    asker: Asker,
    command: Command | (() => Promise<Command>),
    plan: Plan,
  ): Promise<Accepted> {
    const before = this.#lines.get(camera.cameraId) ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(async () =>
        this.#sendNow(camera, asker, typeof command === 'function' ? await command() : command, plan),
      );
    this.#lines.set(camera.cameraId, turn);
    const clear = (): void => {
      if (this.#lines.get(camera.cameraId) === turn) this.#lines.delete(camera.cameraId);
    };
    turn.then(clear, clear);
    return turn;
  }

  async #sendNow(camera: CameraRow, asker: Asker, command: Command, plan: Plan): Promise<Accepted> {
    const { connected, takeBack } = await this.#store(camera.cameraId, asker, command, plan);
    const { requestId } = command;
    if (!connected) return { requestId, pending: true };
    try {
      await this.#publish(command);
    } catch (error) {
      await takeBack(errorMessage(error));
      throw new AppError(503, 'broker_unavailable', 'The broker cannot be reached; nothing was sent.', {
        cause: error,
      });
    }
    this.#options.logger.info({
      fact: 'command sent',
      cameraId: camera.cameraId,
      command: command.name,
      requestId,
    });
    return { requestId };
  }

  /** `takeBack` undoes the choice and closes the command's row. */
  async #store(
    cameraId: string,
    asker: Asker,
    command: Command,
    plan: Plan,
  ): Promise<{ connected: boolean; readonly takeBack: (reason: string) => Promise<void> }> {
    const { requestId, name } = command;
    const { choice } = plan;
    const names = choice?.state.map(({ settingName }) => settingName) ?? [];
    const earlier = await inTransaction(this.#options.pool, async (client) => {
      // Held until the choice is stored: a camera that connects right now is restored after us, or was seen by us.
      const camera = await lockCamera(client, cameraId);
      if (camera === undefined) throw notFound('The camera');
      const connected = camera.connectionStatus === 'connected';
      if (!connected && choice === undefined)
        throw conflict('camera_disconnected', `${camera.cameraName} is not connected.`);
      await insertCommand(client, {
        requestId,
        cameraId,
        command: name,
        expected: plan.expected,
        requestedBy: asker.username,
        published: connected ? { deadlineSeconds: plan.deadlineSeconds } : null,
      });
      await recordAudit(client, {
        actor: asker.username,
        action: plan.action,
        cameraId,
        address: asker.address,
        details: { ...plan.details, requestId },
      });
      const state = choice === undefined ? [] : await readCameraState(client, cameraId);
      if (choice !== undefined) await storeCameraState(client, cameraId, choice.state);
      if (choice?.mode !== undefined) await storeRequestedMode(client, cameraId, choice.mode);
      return {
        connected,
        mode: camera.requestedMode,
        state: state.filter(({ settingName }) => names.includes(settingName)),
      };
    });
    const takeBack = (reason: string): Promise<void> =>
      inTransaction(this.#options.pool, async (client) => {
        await lockCamera(client, cameraId);
        await refuseCommand(client, requestId, reason);
        const known = new Set(earlier.state.map(({ settingName }) => settingName));
        const added = names.filter((settingName) => !known.has(settingName));
        if (added.length > 0) await forgetCameraState(client, cameraId, added);
        if (earlier.state.length > 0) await storeCameraState(client, cameraId, earlier.state);
        if (choice?.mode !== undefined) await storeRequestedMode(client, cameraId, earlier.mode);
      });
    return { connected: earlier.connected, takeBack };
  }

  async #publish(command: Command): Promise<void> {
    const { broker } = this.#options;
    const until = Date.now() + brokerWaitMs;
    if (!broker.connected) await broker.ready(brokerWaitMs);
    const leftMs = Math.max(1, until - Date.now());
    await withDeadline(broker.publishCommand(command, { timeoutMs: leftMs }), leftMs + 100, 'the broker');
  }

  async #publishQuietly(command: Command): Promise<void> {
    try {
      await this.#publish(command);
    } catch (error) {
      this.#options.logger.warn({
        fact: 'command not sent',
        cameraId: command.cameraId,
        command: command.name,
        reason: errorMessage(error),
      });
    }
  }
}
