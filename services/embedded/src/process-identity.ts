/**
 * Names a process so that a reused pid is never mistaken for it: pid, start time and boot. Reads /proc (Linux), the
 * one place where the start time of a foreign process can be had without a library. Sends signals only to a process
 * it has just identified.
 */
import { readFileSync } from 'node:fs';
import { delay } from '@apiary/base/deadline';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot, as /proc shows it. */
  readonly startTicks: string;
  readonly bootId: string;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** The running process with this pid; undefined when there is none or it is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name in parentheses may itself hold spaces and parentheses: fields count from the last one.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = rest[18];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return undefined;
  return { pid, startTicks, bootId: bootId() };
}

export function isRunning(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** Sends `signal` when the process still runs; false when it does not. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

const pollMs = 25;

/** Resolves with true once the process is gone, false when it is still there after `timeoutMs`. */
export async function waitForExit(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/** Asks by `signal`, then kills: after this the process is gone. Returns whether it went by itself. */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<boolean> {
  if (!signalProcess(identity, signal)) return true;
  if (await waitForExit(identity, timeoutMs)) return true;
  signalProcess(identity, 'SIGKILL');
  await waitForExit(identity, 5000);
  return false;
}
