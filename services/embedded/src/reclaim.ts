/**
 * Finds what a killed supervisor left behind and ends it, by pid *and* start time. Orphans are ended rather than
 * adopted: their parent is gone, so nobody would learn of their end, and all of them are built to be stopped at any
 * moment.
 */
import { endProcess, isRunning } from './process-identity.ts';
import type { PartStatus, RunFolder } from './run-folder.ts';

/** Ends the parts of a dead supervisor in reverse start order. Returns their names; empty when there were none. */
export async function reclaimOrphans(folder: RunFolder): Promise<string[]> {
  const state = folder.readState();
  if (state === undefined || isRunning(state.supervisor)) return [];
  const orphans = state.parts.filter(
    (part): part is PartStatus & { process: NonNullable<PartStatus['process']> } =>
      part.process !== undefined && isRunning(part.process),
  );
  for (const orphan of orphans.toReversed()) {
    await endProcess(orphan.process, orphan.stopSignal, orphan.stopTimeoutMs);
  }
  for (const part of state.parts) folder.removePid(part.name);
  folder.removeState();
  return orphans.map((orphan) => orphan.name);
}
