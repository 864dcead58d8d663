/**
 * One `up` or `down` at a time for an installation. The lock names its holder; one left by a holder that was killed
 * is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delay } from '@apiary/base/deadline';
import { FatalError } from '@apiary/base/errors';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const pollMs = 100;

/**
 * Runs `work` while holding the lock file. `onWait` is called once when somebody else holds it.
 * @throws FatalError when it is still held after `timeoutMs`
 */
export async function withLock<T>(
  path: string,
  timeoutMs: number,
  onWait: (holder: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let told = false;
  while (!tryTake(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && !isRunning(holder)) removeStale(path, holder);
    else {
      if (holder !== undefined && !told) {
        told = true;
        onWait(holder.pid);
      }
      if (Date.now() > deadline)
        throw new FatalError(
          `Another start or stop (pid ${holder?.pid ?? 'unknown'}) has not ended; try again.`,
        );
      await delay(pollMs);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Creates the lock with its content in one step: link() fails when the name exists. */
function tryTake(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identify(process.pid) ?? {}));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Two waiters may both see the stale lock: only the one whose rename carries the dead holder's file removes it. */
function removeStale(path: string, dead: ProcessIdentity): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.pid !== dead.pid && isRunning(moved)) {
    // The other waiter was faster and this is its fresh lock: give it back.
    try {
      linkSync(aside, path);
    } catch {
      // A third holds it by now; both will see each other's work through state.json.
    }
  }
  rmSync(aside, { force: true });
}
