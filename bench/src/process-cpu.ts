/** CPU seconds of processes, from /proc (Linux). A server's children count, those that have ended too. */
import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = 100;

export function cpuSeconds(pid: number): number {
  return treeTicks(pid, childrenByParent()) / ticksPerSecond;
}

function stat(pid: number): { parent: number; own: number; reaped: number } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = line
      .slice(line.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, own1 = 0, own2 = 0, reaped1 = 0, reaped2 = 0] = [
      fields[1],
      fields[11],
      fields[12],
      fields[13],
      fields[14],
    ];
    return { parent, own: own1 + own2, reaped: reaped1 + reaped2 };
  } catch {
    return undefined;
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const entry = stat(Number(name));
    if (entry === undefined) continue;
    const list = children.get(entry.parent);
    if (list === undefined) children.set(entry.parent, [Number(name)]);
    else list.push(Number(name));
  }
  return children;
}

function treeTicks(pid: number, children: ReadonlyMap<number, readonly number[]>): number {
  const entry = stat(pid);
  if (entry === undefined) return 0;
  return (
    entry.own +
    entry.reaped +
    (children.get(pid) ?? []).reduce((sum, child) => sum + treeTicks(child, children), 0)
  );
}
