/** Ports nobody named: picked free, kept in `runtime.json`, and taken again at the next start where they still are. */
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import type { RunFolder } from './run-folder.ts';

/** What needs a port of its own on 127.0.0.1. */
export const innerPortNames = [
  'postgres',
  'broker',
  'broker-api',
  'mqtt-processor',
  'dashboard',
  'media-server',
  'livestream',
  'notifier',
] as const;
export type InnerPort = (typeof innerPortNames)[number];
export type InnerPorts = Readonly<Record<InnerPort, number>>;

/**
 * Below the range from which the kernel hands out ports to outgoing connections (32768 and up on Linux): a port from
 * there could be gone while a part restarts.
 */
const lowest = 20_000;
const highest = 32_000;
const attempts = 200;

/** Resolves with why the port cannot be bound ("EADDRINUSE", "EACCES", …), or undefined when it can. */
export function bindFault(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Picks what is missing or taken, and writes the outcome down. `reserved` are ports the settings name. */
export async function pickInnerPorts(folder: RunFolder, reserved: readonly number[]): Promise<InnerPorts> {
  const before = folder.readRuntime().ports;
  const used = new Set(reserved);
  const ports: Partial<Record<InnerPort, number>> = {};
  for (const name of innerPortNames) {
    const last = before[name];
    const port =
      last !== undefined && !used.has(last) && (await bindFault(last, '127.0.0.1')) === undefined
        ? last
        : await freePort(used);
    used.add(port);
    ports[name] = port;
  }
  folder.writeRuntime({ ports: ports });
  return ports as InnerPorts;
}

async function freePort(used: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (!used.has(port) && (await bindFault(port, '127.0.0.1')) === undefined) return port;
  }
  throw new Error(`No free port between ${lowest} and ${highest} was found in ${attempts} attempts.`);
}
