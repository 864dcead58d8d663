/** Facts about the containers of the Compose stack, from the output of `docker inspect` (an array). Pure. */
import { z } from 'zod';
import { FatalError } from '@apiary/base/errors';
import type { ServiceInfo } from './info.ts';

const serviceLabel = 'com.docker.compose.service';
const containerSchema = z.looseObject({
  Id: z.string(),
  State: z.looseObject({ Running: z.boolean() }),
  Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
  NetworkSettings: z.looseObject({
    Ports: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())
      .nullish(),
    Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string().nullish() })).nullish(),
  }),
});

export interface ComposeFacts {
  readonly services: readonly ServiceInfo[];
  readonly databasePort: number | undefined;
  readonly brokerApiUrl: string | undefined;
}

type Container = z.output<typeof containerSchema>;

/** Port of `/health` inside the containers of ours that are not on a public port. */
const healthPort = 8080;
const servicesWithHealth = new Set(['mqtt-processor', 'dashboard', 'livestream', 'notifier']);
/** Caretakers of the installation, not parts a person looks for. */
const tasks = new Set(['setup', 'migrate', 'renewal', 'media-guard']);
const brokerApiPort = 18083;
const databasePort = 5432;

/**
 * Parts that run. Ports of ours that are not published are reached at the container's own address, which this machine
 * (not its network) can do on Linux.
 * @param configOrigin e.g. `http://192.168.1.10:80`
 */
export function readContainers(inspected: string, configOrigin: string): ComposeFacts {
  const containers = parse(inspected).filter(({ State }) => State.Running);
  const named = containers
    .map((container) => ({ name: container.Config.Labels?.[serviceLabel] ?? '', container }))
    .filter(({ name }) => name !== '' && !tasks.has(name))
    .sort((a, b) => a.name.localeCompare(b.name));
  const find = (wanted: string): Container | undefined =>
    named.find(({ name }) => name === wanted)?.container;
  const services = named.map(({ name, container }) => ({
    name,
    container: container.Id,
    healthUrl:
      name === 'config-server'
        ? `${configOrigin}/health`
        : servicesWithHealth.has(name)
          ? withPath(originOf(container, healthPort), '/health')
          : null,
  }));
  return {
    services,
    databasePort: publishedPort(find('postgres'), databasePort),
    brokerApiUrl: originOf(find('broker'), brokerApiPort) ?? undefined,
  };
}

function parse(inspected: string): Container[] {
  if (inspected.trim() === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(inspected);
  } catch {
    json = undefined;
  }
  const result = z.array(containerSchema).safeParse(json);
  if (!result.success) throw new FatalError('The output of `docker inspect` was expected on standard input.');
  return result.data;
}

function publishedPort(container: Container | undefined, port: number): number | undefined {
  const bindings = container?.NetworkSettings.Ports?.[`${port}/tcp`] ?? [];
  const loopback = bindings.find(({ HostIp }) => HostIp === '127.0.0.1') ?? bindings[0];
  return loopback === undefined ? undefined : Number(loopback.HostPort);
}

function originOf(container: Container | undefined, port: number): string | null {
  const published = publishedPort(container, port);
  if (published !== undefined) return `http://127.0.0.1:${published}`;
  const address = Object.values(container?.NetworkSettings.Networks ?? {})
    .map(({ IPAddress }) => IPAddress ?? '')
    .find((ip) => ip !== '');
  return address === undefined ? null : `http://${address}:${port}`;
}

const withPath = (origin: string | null, path: string): string | null =>
  origin === null ? null : `${origin}${path}`;
