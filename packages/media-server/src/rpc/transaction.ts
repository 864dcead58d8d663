/**
 * Kurento's transaction: several calls in one; `newref:N` in a later one stands for what call N made. Stops at the first
 * failure.
 */
import {
  isObject,
  ProtocolError,
  rpcErrors,
  toRequest,
  toRpcError,
  type Params,
  type RpcError,
} from './json-rpc.ts';
import { KurentoError, parameterMissing } from './kurento-error.ts';

/** @throws KurentoError for what is no list of calls */
export async function runTransaction(
  params: Params,
  call: (method: string, params: Params) => Promise<unknown>,
): Promise<unknown[]> {
  const operations = params['operations'];
  if (!Array.isArray(operations)) throw parameterMissing('operations');
  const made = new Map<string, unknown>();
  const answers: unknown[] = [];
  for (const operation of operations as unknown[]) {
    const request = toRequest(operation);
    if (request === 'invalid' || request.id === undefined)
      throw new KurentoError('MALFORMED_TRANSACTION', 'An operation is no JSON-RPC request');
    const { id } = request;
    try {
      const inner = resolveReferences(request.params, made);
      if (request.method === 'transaction' || !isObject(inner))
        throw new ProtocolError(rpcErrors.paramsRequired);
      const result = await call(request.method, inner);
      if (isObject(result)) made.set(`newref:${id}`, result['value']);
      answers.push({ id, jsonrpc: '2.0', result });
    } catch (error) {
      const known: RpcError | undefined = toRpcError(error);
      if (known === undefined) throw error;
      answers.push({ error: known, id, jsonrpc: '2.0' });
      break;
    }
  }
  return answers;
}

function resolveReferences(value: unknown, made: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return made.has(value) ? made.get(value) : value;
  if (Array.isArray(value)) return value.map((inner: unknown) => resolveReferences(inner, made));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, resolveReferences(inner, made)]),
    );
  return value;
}
