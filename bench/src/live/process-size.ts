/** Memory and open files of a process and its children, from /proc (Linux). */
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessSize {
  /** Proportional set size: shared pages count by share. MB. */
  readonly pssMb: number;
  /** The part of it that is no file: heaps and stacks. Other users of the same program do not move it. MB. */
  readonly ownMb: number;
  readonly files: number;
}

/** @throws Error when the process is gone */
export function processSize(pid: number): ProcessSize {
  const pids = [pid, ...childrenOf(pid)];
  return {
    pssMb: sum(pids.map((each) => rollupMb(each, 'Pss'))),
    ownMb: sum(pids.map((each) => rollupMb(each, 'Pss_Anon'))),
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

function rollupMb(pid: number, line: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${line}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1024;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
