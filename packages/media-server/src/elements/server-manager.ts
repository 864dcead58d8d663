/** Kurento's ServerManager, the one object that always exists: what runs here, and what it costs. */
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { objectEvents } from './events.ts';
import { MediaObject } from './media-object.ts';

export const serverManagerId = 'manager_ServerManager';

export interface ServerFacts {
  pipelines(): readonly string[];
  sessions(): readonly string[];
}

/** Client libraries compare majors; this is the Kurento whose behaviour was measured. */
const version = '7.3.0';
const longestCpuSampleMs = 5000;

export class ServerManager extends MediaObject {
  readonly type = 'ServerManager';
  readonly hierarchy = ['kurento.MediaObject'];
  protected readonly events = [...objectEvents, 'ObjectCreated', 'ObjectDestroyed'];

  constructor(context: Context, facts: ServerFacts) {
    super(context, 'ServerManager', undefined, serverManagerId);
    this.operation('getInfo', () => serverInfo());
    this.operation('getPipelines', () => facts.pipelines());
    this.operation('getSessions', () => facts.sessions());
    this.operation('getCpuCount', () => cpus().length);
    this.operation('getUsedMemory', () => Math.round(process.memoryUsage().rss / 1024));
    this.operation('getMetadata', () => '');
    this.operation('getUsedCpu', ({ interval }) => usedCpu(Number(interval)), ['interval']);
  }

  objectCreated(id: string): void {
    this.emit('ObjectCreated', { object: id });
  }

  objectDestroyed(objectId: string): void {
    this.emit('ObjectDestroyed', { objectId });
  }

  /** Cannot be released. */
  override release(): void {
    // Kurento answers such a call with success and does nothing.
  }
}

/** Share of one core, 0–100 and more, over `intervalMs`. */
async function usedCpu(intervalMs: number): Promise<number> {
  const waitMs = Math.min(longestCpuSampleMs, Math.max(1, Number.isFinite(intervalMs) ? intervalMs : 1));
  const before = process.cpuUsage();
  await sleep(waitMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / waitMs;
}

function serverInfo(): unknown {
  const module = (name: string, factories: readonly string[]): unknown => ({
    __module__: 'kurento',
    __type__: 'ModuleInfo',
    factories,
    generationTime: '',
    name,
    version,
  });
  return {
    __module__: 'kurento',
    __type__: 'ServerInfo',
    capabilities: ['transactions'],
    modules: [module('core', ['MediaPipeline']), module('elements', ['RtpEndpoint', 'WebRtcEndpoint'])],
    type: 'KMS',
    version,
  };
}
