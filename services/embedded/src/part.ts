/** What the supervisor needs to know of one part. Made from settings by `start-table.ts`; tests make their own. */

export interface Part {
  readonly name: string;
  /** `task` runs once to success before what comes after it; `process` is kept running. */
  readonly kind: 'process' | 'task';
  /** Names of the parts that must be ready (a task: done) first; they are stopped after this one. */
  readonly after: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Work before each start of the process, such as making the database cluster. */
  readonly prepare?: () => Promise<void>;
  /** Resolves when the part does its work, rejects while it does not yet; called again until it resolves. */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  readonly readyTimeoutMs: number;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/** Parts sorted so that each comes after those it needs; parts of one inner list may start together. */
export function startOrder(parts: readonly Part[]): Part[][] {
  const left = new Map(parts.map((part) => [part.name, part]));
  const placed = new Set<string>();
  const layers: Part[][] = [];
  while (left.size > 0) {
    const layer = [...left.values()].filter((part) => part.after.every((name) => placed.has(name)));
    if (layer.length === 0)
      throw new Error(`The start table has a cycle or an unknown name: ${[...left.keys()].join(', ')}`);
    for (const part of layer) {
      left.delete(part.name);
      placed.add(part.name);
    }
    layers.push(layer);
  }
  return layers;
}
