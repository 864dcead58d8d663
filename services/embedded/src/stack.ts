/** The embedded stack as its commands see it: made from settings, started as a process of its own, asked, stopped. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadInstallation, type InstallationSettings } from '@apiary/admin';
import { publicListenAddress } from '@apiary/base/address';
import { delay } from '@apiary/base/deadline';
import { FatalError } from '@apiary/base/errors';
import type { Environment } from '@apiary/base/settings';
import { fingerprintOf } from './fingerprint.ts';
import { pickInnerPorts, type InnerPorts } from './free-ports.ts';
import { openLog, rotateIfLarge, tailOf } from './log-file.ts';
import type { Part } from './part.ts';
import { identify, isRunning, signalProcess, waitForExit } from './process-identity.ts';
import { checkPublicPorts } from './public-ports.ts';
import { reclaimOrphans } from './reclaim.ts';
import { RunFolder, type SupervisorState } from './run-folder.ts';
import { publicPorts, startTable } from './start-table.ts';

/** Longest a start may take before `up` gives up waiting: PostgreSQL's recovery is the long part. */
const startTimeoutMs = 360_000;
/** The sum of the parts' own deadlines, and some. */
const stopTimeoutMs = 150_000;
const pollMs = 100;

export interface Place {
  /** Repository root, folder of `.env`. */
  readonly root: string;
  readonly environment: Environment;
}

/** The state of a stack whose supervisor runs; undefined otherwise, whatever a killed one wrote. */
export function runningState(folder: RunFolder): SupervisorState | undefined {
  const state = folder.readState();
  return state !== undefined && isRunning(state.supervisor) ? state : undefined;
}

export const allReady = (state: SupervisorState): boolean =>
  state.phase === 'running' && state.parts.every((part) => part.state === 'ready' || part.state === 'done');

export interface Plan {
  readonly settings: InstallationSettings;
  readonly folder: RunFolder;
  readonly ports: InnerPorts;
  readonly parts: readonly Part[];
  readonly fingerprint: string;
}

/** coturn, where this machine has it: without it viewers need a direct way to the media server. */
export function findTurnserver(environment: Environment): string | undefined {
  const folders = `${environment['PATH'] ?? ''}:/usr/local/bin:/usr/bin`.split(':');
  return folders.map((folder) => join(folder, 'turnserver')).find((path) => existsSync(path));
}

/** What the settings ask for now. Needs the secrets, so after `setup()`. `ports` of a running stack are kept. */
export async function makePlan(place: Place, ports?: InnerPorts): Promise<Plan> {
  const { settings } = await loadInstallation(place.environment, place.root);
  const folder = new RunFolder(settings.DATA_DIR);
  folder.create();
  const turnserver = findTurnserver(place.environment);
  const reserved = publicPorts(settings, true).map(({ port }) => port);
  const inner = ports ?? (await pickInnerPorts(folder, reserved));
  const parts = await startTable({
    root: place.root,
    settings,
    given: place.environment,
    ports: inner,
    turnserver,
  });
  return {
    settings,
    folder,
    ports: inner,
    parts,
    fingerprint: fingerprintOf(parts, place.root, settings.CERTS_DIR),
  };
}

/**
 * Starts the supervisor as a process of its own and resolves when every part is ready. `onReady` hears each part once.
 * @throws FatalError with the part's own words when one cannot be brought up; nothing is left running then
 */
export async function startStack(
  place: Place,
  settings: InstallationSettings,
  onReady: (part: string) => void,
): Promise<void> {
  const folder = new RunFolder(settings.DATA_DIR);
  folder.create();
  const relay = findTurnserver(place.environment) !== undefined;
  await checkPublicPorts(publicPorts(settings, relay), publicListenAddress(settings.SERVER_ADDRESS));
  folder.removeState();
  rotateIfLarge(folder.logFile('supervisor'));
  const log = openLog(folder.logFile('supervisor'));
  const script = process.argv[1];
  if (script === undefined) throw new FatalError('The path of this program is not known.');
  const supervisor = spawn(process.execPath, ['--enable-source-maps', script, 'run'], {
    cwd: place.root,
    // What this command found out, so that both see the same settings.
    env: { ...place.environment, SERVER_ADDRESS: settings.SERVER_ADDRESS },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  supervisor.unref();
  const identity = supervisor.pid === undefined ? undefined : identify(supervisor.pid);
  if (identity === undefined) throw new FatalError('The supervisor could not be started.');

  const deadline = Date.now() + startTimeoutMs;
  const told = new Set<string>();
  for (;;) {
    const state = folder.readState();
    const ours = state?.supervisor.pid === identity.pid ? state : undefined;
    for (const part of ours?.parts ?? []) {
      if ((part.state !== 'ready' && part.state !== 'done') || told.has(part.name)) continue;
      told.add(part.name);
      onReady(part.name);
    }
    if (ours !== undefined && allReady(ours)) return;
    if (ours?.phase === 'failed') {
      await waitForExit(identity, stopTimeoutMs);
      folder.removeState();
      throw new FatalError(`The start failed.\n${ours.failure ?? ''}`);
    }
    if (!isRunning(identity)) {
      await reclaimOrphans(folder);
      throw new FatalError(`The supervisor ended at once:\n${tailOf(folder.logFile('supervisor'))}`);
    }
    if (Date.now() > deadline) {
      await stopStack(folder);
      throw new FatalError(
        `Not every part was ready after ${startTimeoutMs / 1000} s; everything was stopped again.`,
      );
    }
    await delay(pollMs);
  }
}

/** Stops a running stack, or ends what a killed supervisor left. False when there was nothing to stop. */
export async function stopStack(folder: RunFolder): Promise<boolean> {
  const state = runningState(folder);
  if (state === undefined) return (await reclaimOrphans(folder)).length > 0;
  signalProcess(state.supervisor, 'SIGTERM');
  if (!(await waitForExit(state.supervisor, stopTimeoutMs))) {
    signalProcess(state.supervisor, 'SIGKILL');
    await waitForExit(state.supervisor, 5000);
    await reclaimOrphans(folder);
  }
  return true;
}
