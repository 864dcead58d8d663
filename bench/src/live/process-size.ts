/** Memory and open files of a process and its children, from /proc (Linux). */
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessSize {
  /** Proportional set size: shared pages count by share. MB. */
  readonly pssMb: number;
  readonly files: number;
}

/** @throws Error when the process is gone */
export function processSize(pid: number): ProcessSize {
  const pids = [pid, ...childrenOf(pid)];
  return {
    pssMb: sum(pids.map(pssMb)),
    files: sum(pids.map((each) => readdirSync(`/proc/${each}/fd`).length)),
  };
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** The first descendant of `pid` whose program has this name. */
export function descendantNamed(pid: number, name: string): number | undefined {
  for (const child of childrenOf(pid)) {
    if (readFileSync(`/proc/${child}/comm`, 'utf8').trim() === name) return child;
    const found = descendantNamed(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pssMb(pid: number): number {
  const kb = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kb ?? 0) / 1024;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
