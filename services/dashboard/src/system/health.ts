/** Health of each part of the installation, asked by this service: a page in a browser can reach none of them. */
import { z } from 'zod';
import { errorMessage } from '@apiary/base/errors';
import type { Queryable } from '@apiary/database';

export interface PartHealth {
  readonly name: string;
  readonly state: 'healthy' | 'unhealthy' | 'unreachable';
  readonly version: string | null;
  readonly uptimeSeconds: number | null;
  /** What the part says of itself and of what it leans on: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

const timeoutMs = 3000;
const answerSchema = z.object({
  status: z.string(),
  version: z.string().optional(),
  uptimeSeconds: z.number().optional(),
  checks: z.record(z.string(), z.string()).default({}),
});

/** A service of ours by its `/health`. */
export async function serviceHealth(name: string, url: string): Promise<PartHealth> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    const { status, version, uptimeSeconds, checks } = answerSchema.parse(await response.json());
    return {
      name,
      state: response.ok && status === 'healthy' ? 'healthy' : 'unhealthy',
      version: version ?? null,
      uptimeSeconds: uptimeSeconds ?? null,
      checks,
    };
  } catch (error) {
    return unreachable(name, error);
  }
}

export async function databaseHealth(db: Queryable): Promise<PartHealth> {
  try {
    const { rows } = await db.query<{ version: string; uptime: number }>(
      `select current_setting('server_version') as version,
         extract(epoch from now() - pg_postmaster_start_time())::float8 as uptime`,
    );
    const [row] = rows;
    return {
      name: 'postgres',
      state: 'healthy',
      version: row?.version ?? null,
      uptimeSeconds: row === undefined ? null : Math.round(row.uptime),
      checks: {},
    };
  } catch (error) {
    return unreachable('postgres', error);
  }
}

/** By our own MQTT connection. */
export const brokerHealth = (connected: boolean): PartHealth => ({
  name: 'broker',
  state: connected ? 'healthy' : 'unreachable',
  version: null,
  uptimeSeconds: null,
  checks: {},
});

const unreachable = (name: string, error: unknown): PartHealth => ({
  name,
  state: 'unreachable',
  version: null,
  uptimeSeconds: null,
  checks: { answer: errorMessage(error) },
});
