/**
 * The part of EMQX's REST API the platform reads (`GET /api/v5/clients`), which the embedded broker answers too:
 * who is connected, and since when. Basic authentication with an API key.
 */
import { RecoverableError, errorMessage } from '@apiary/base/errors';

export interface ListedClient {
  readonly clientId: string;
  readonly connected: boolean;
  /** Start of the broker session, milliseconds since 1970: tells one session from the next. */
  readonly connectedAtMs: number | undefined;
}

export interface BrokerApi {
  /**
   * All clients the broker knows; persistent ones that are away have `connected: false`.
   * @throws RecoverableError when the API is away, slow or answers something else
   */
  listClients(): Promise<ListedClient[]>;
}

export interface BrokerApiOptions {
  /** Root of the API, without `/api/v5`. */
  readonly url: string;
  /** One line `key:secret`. */
  readonly apiKey: string;
  /** For one page. Default 3000. */
  readonly timeoutMs?: number;
}

const pageSize = 1000;
/** More clients than this is not a camera appliance; the loop must end. */
const maxPages = 100;

export function createBrokerApi({ url, apiKey, timeoutMs = 3000 }: BrokerApiOptions): BrokerApi {
  const authorization = `Basic ${Buffer.from(apiKey).toString('base64')}`;

  const page = async (number: number): Promise<{ clients: ListedClient[]; more: boolean }> => {
    const target = new URL('/api/v5/clients', url);
    target.searchParams.set('limit', String(pageSize));
    target.searchParams.set('page', String(number));
    target.searchParams.set('fields', 'clientid,connected,connected_at,username');
    let body: unknown;
    try {
      const response = await fetch(target, {
        headers: { authorization },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new RecoverableError(`it answered ${response.status}`);
      }
      body = await response.json();
    } catch (error) {
      throw new RecoverableError(`The broker's client list cannot be read: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    const data = property(body, 'data');
    if (!Array.isArray(data))
      throw new RecoverableError("The broker's client list cannot be read: no data in the answer");
    return {
      clients: data.flatMap((entry: unknown) => {
        const client = toClient(entry);
        return client === undefined ? [] : [client];
      }),
      more: property(property(body, 'meta'), 'hasnext') === true || data.length === pageSize,
    };
  };

  return {
    listClients: async () => {
      const all: ListedClient[] = [];
      for (let number = 1; number <= maxPages; number += 1) {
        const { clients, more } = await page(number);
        all.push(...clients);
        if (!more) break;
      }
      return all;
    },
  };
}

function toClient(entry: unknown): ListedClient | undefined {
  const clientId = property(entry, 'clientid');
  if (typeof clientId !== 'string') return undefined;
  return {
    clientId,
    connected: property(entry, 'connected') === true,
    connectedAtMs: brokerTimeMs(property(entry, 'connected_at')),
  };
}

/** The broker's times: milliseconds in `$SYS` events, RFC 3339 text in REST. The same instant gives the same number. */
export function brokerTimeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** fetch hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error
    ? errorMessage(error.cause)
    : errorMessage(error);
}
