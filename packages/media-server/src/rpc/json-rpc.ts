/**
 * JSON-RPC 2.0 frames as Kurento writes them: keys in alphabetical order, `result` or `error`, batches refused. Reads and
 * writes text; knows no method.
 */
import { KurentoError } from './kurento-error.ts';

export type Id = number | string;
export type Params = Readonly<Record<string, unknown>>;

export interface Request {
  /** undefined: a notification. */
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: unknown;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const rpcErrors = {
  invalidRequest: { code: -32600, message: 'Invalid JSON-RPC request.' },
  methodNotFound: { code: -32601, message: 'Method not found.' },
  paramsRequired: { code: -32602, message: "'params' is required", data: { type: 'INVALID_PARAMS' } },
  paramsNoObject: {
    code: -32603,
    message: "Unexpected error while processing method: 'params' must be an object",
  },
} as const satisfies Record<string, RpcError>;

/** A refusal of the protocol itself, below Kurento's own errors. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly error: RpcError;

  constructor(error: RpcError) {
    super(error.message);
    this.error = error;
  }
}

/** @returns 'not json' when the peer speaks something else: its socket is dropped, as Kurento does */
export function readRequest(text: string): Request | 'not json' | 'invalid' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not json';
  }
  return toRequest(value);
}

export function toRequest(value: unknown): Request | 'invalid' {
  if (!isObject(value) || value['jsonrpc'] !== '2.0' || typeof value['method'] !== 'string') return 'invalid';
  const id = value['id'];
  if (id !== undefined && id !== null && typeof id !== 'number' && typeof id !== 'string') return 'invalid';
  return { id: id ?? undefined, method: value['method'], params: value['params'] };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function resultFrame(id: Id, result: unknown): string {
  return write({ id, jsonrpc: '2.0', result });
}

export function errorFrame(id: Id | null, error: RpcError): string {
  return write({ error, id, jsonrpc: '2.0' });
}

export function eventFrame(object: string, type: string, data: unknown): string {
  return write({ jsonrpc: '2.0', method: 'onEvent', params: { value: { data, object, type } } });
}

export function toRpcError(error: unknown): RpcError | undefined {
  if (error instanceof KurentoError)
    return { code: error.code, data: { type: error.type }, message: error.message };
  if (error instanceof ProtocolError) return error.error;
  return undefined;
}

/** JSON with the keys of every object in alphabetical order. */
function write(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
