/**
 * The part of EMQX's REST API the platform reads: `GET /api/v5/clients` and `/api/v5/metrics` with an API key (basic
 * authentication), and `GET /status` for health checks.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Express, Request } from 'express';
import type { Counters } from '@apiary/base/counters';
import { FatalError, badRequest, errorMessage, unauthorized } from '@apiary/base/errors';
import { createHttpApp, finishApp } from '@apiary/base/http';
import { registerSecret, type Logger } from '@apiary/base/logger';
import type { ConnectionInfo, Connections } from './connections.ts';
import type { Sessions } from './sessions.ts';

export interface ApiOptions {
  readonly node: string;
  readonly apiKeys: ApiKeys;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly counters: Counters;
  readonly logger: Logger;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Keys of the API: one `key:secret` a line, the file EMQX reads too. */
export class ApiKeys {
  #keys: Buffer[] = [];

  /** @throws FatalError when the file is missing or holds no key */
  async load(path: string): Promise<void> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new FatalError(`SECRETS_DIR: cannot read the broker's API keys (${errorMessage(error)}).`);
    }
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length === 0) throw new FatalError(`SECRETS_DIR: ${path} holds no key.`);
    for (const line of lines) registerSecret(line.trim());
    this.#keys = lines.map((line) => hashOf(line.trim()));
  }

  accept(request: Request): boolean {
    const given = /^Basic ([A-Za-z0-9+/=]+)$/.exec(request.headers.authorization ?? '')?.[1];
    const hash = hashOf(Buffer.from(given ?? '', 'base64').toString());
    return given !== undefined && this.#keys.some((key) => timingSafeEqual(key, hash));
  }
}

const maxLimit = 10_000;

export function createApi(options: ApiOptions): Express {
  const app = createHttpApp();

  app.get('/status', (_request, response) => {
    response.type('text/plain').send(`Node ${options.node} is started\nemqx is running\n`);
  });

  app.use('/api/v5', (request, _response, next) => {
    next(options.apiKeys.accept(request) ? undefined : unauthorized('An API key is needed.'));
  });

  app.get('/api/v5/clients', (request, response) => {
    const limit = whole(request, 'limit', 100, maxLimit);
    const page = whole(request, 'page', 1, Number.MAX_SAFE_INTEGER);
    const fields = textOf(request, 'fields')?.split(',');
    const userName = textOf(request, 'username');
    const all = listClients(options).filter(
      ({ username }) => userName === undefined || username === userName,
    );
    const from = (page - 1) * limit;
    const rows = all.slice(from, from + limit);
    response.json({
      data: fields === undefined || fields.includes('all') ? rows : rows.map((row) => pick(row, fields)),
      meta: { page, limit, count: all.length, hasnext: from + limit < all.length },
    });
  });

  app.get('/api/v5/metrics', (_request, response) => {
    const queued = options.sessions.list().reduce((sum, session) => sum + session.length, 0);
    response.json([
      {
        node: options.node,
        ...options.counters.snapshot(),
        'connections.count': options.connections.list().length,
        'messages.queued': queued,
      },
    ]);
  });

  finishApp(app, options.logger);
  return app;
}

/** Connected clients, and those that are away and have a durable session. */
function listClients({ connections, sessions, node }: ApiOptions): Row[] {
  const rows = connections.list().map((info) => {
    const session = info.cleanStart ? undefined : sessions.get(info.clientId);
    return rowOf(node, info, { connected: true, queued: session?.length ?? 0 });
  });
  for (const session of sessions.list()) {
    if (connections.get(session.clientId) !== undefined) continue;
    const { disconnectedAtMs } = session;
    rows.push(
      rowOf(node, session.connection, { connected: false, queued: session.length, disconnectedAtMs }),
    );
  }
  return rows;
}

type Row = Record<string, unknown> & { readonly username: string };

function rowOf(
  node: string,
  info: ConnectionInfo,
  state: { connected: boolean; queued: number; disconnectedAtMs?: number | undefined },
): Row {
  return {
    node,
    clientid: info.clientId,
    username: info.userName,
    connected: state.connected,
    connected_at: time(info.connectedAtMs),
    ...(state.disconnectedAtMs === undefined ? {} : { disconnected_at: time(state.disconnectedAtMs) }),
    ip_address: info.ipAddress,
    port: info.port,
    proto_name: info.protocolName,
    proto_ver: info.protocolVersion,
    keepalive: info.keepaliveSeconds,
    clean_start: info.cleanStart,
    expiry_interval: info.expirySeconds,
    is_persistent: !info.cleanStart,
    mqueue_len: state.queued,
  };
}

/** As EMQX writes it: RFC 3339 with milliseconds and an offset. */
const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

function pick(row: Row, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => Object.hasOwn(row, field)).map((field) => [field, row[field]]),
  );
}

function textOf(request: Request, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function whole(request: Request, name: string, fallback: number, max: number): number {
  const text = textOf(request, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > max)
    throw badRequest('BAD_REQUEST', `${name} must be a whole number from 1 to ${max}`);
  return value;
}
