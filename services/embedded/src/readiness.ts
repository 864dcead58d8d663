/** How each kind of part shows that it works. Every probe is one attempt; the supervisor repeats it. */
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { RecoverableError } from '@apiary/base/errors';

/** Answers 200. */
export async function answersHttp(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal, redirect: 'manual' });
  const body = await response.text();
  if (response.status !== 200)
    throw new RecoverableError(`${url} answers ${response.status}: ${body.slice(0, 300)}`);
}

/** Answers below 500 over TLS. The certificate is not checked: its names are those of the LAN, not of loopback. */
export function answersHttps(port: number, host: string, path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host, port, path, signal, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        if (statusCode < 500) resolve();
        else reject(new RecoverableError(`${path} answers ${statusCode}`));
      },
    );
    request.once('error', reject);
    request.end();
  });
}

/** Accepts TCP connections. */
export function accepts(port: number, host: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
