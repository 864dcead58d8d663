/** Express helpers every service shares: one error shape, one health shape, listen and close as promises. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Counters } from './counters.ts';
import { withDeadline } from './deadline.ts';
import { AppError, errorMessage, notFound } from './errors.ts';
import type { Logger } from './logger.ts';

/** An Express app with the settings all services want: no `X-Powered-By`, JSON errors are added by `finishApp`. */
export function createHttpApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

/** Adds the 404 and the error handler. Call after the last route. Errors are `{error:{code,message}}`. */
export function finishApp(app: Express, logger: Logger): void {
  app.use((request, _response, next) => {
    next(notFound(`${request.method} ${request.path}`));
  });
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = toAppError(error);
    if (known === undefined)
      logger.error({ err: error, method: request.method, path: request.path }, 'request failed');
    const { status, code, message } =
      known ?? new AppError(500, 'internal', 'Something went wrong here; the log has the details.');
    response.status(status).json({ error: { code, message } });
  };
  app.use(onError);
}

/** Body parsers throw http-errors with `status` and `expose`; those are the client's fault. */
function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return new AppError(error.status, 'bad_request', error.message);
  }
  return undefined;
}

export interface HealthCheck {
  /** Resolves when the part works; its rejection's message is shown. Held to 2 s. */
  (): Promise<unknown>;
}

/**
 * `GET /health`: 200 `{status:"healthy",service,version,uptimeSeconds,checks:{name:"ok"|text},counters}` or 503 with
 * `status:"unhealthy"`. Holds no secret and needs no login.
 */
export function healthHandler(
  service: string,
  checks: Record<string, HealthCheck>,
  counters?: Counters,
): RequestHandler {
  const startedAt = Date.now();
  return async (_request, response) => {
    const entries = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => {
        try {
          await withDeadline(Promise.resolve(check()), 2000, name);
          return [name, 'ok'];
        } catch (error) {
          return [name, errorMessage(error)];
        }
      }),
    );
    const healthy = entries.every(([, result]) => result === 'ok');
    response.status(healthy ? 200 : 503).json({
      status: healthy ? 'healthy' : 'unhealthy',
      service,
      version: productVersion,
      uptimeSeconds: Math.round((Date.now() - startedAt) / 1000),
      checks: Object.fromEntries(entries),
      ...(counters === undefined ? {} : { counters: counters.snapshot() }),
    });
  };
}

/** All parts of the product share one version. */
export const productVersion = '0.1.0';

/** Listens and resolves with the port in use (give 0 for a free one). */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Stops listening, gives requests under way `graceMs`, then cuts what is left. */
export async function closeServer(server: Server, graceMs = 3000): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
