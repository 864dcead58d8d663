/** Errors as JSON, health as the doctor reads it. */
import { createServer } from 'node:http';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { closeServer, createHttpApp, finishApp, healthHandler, listen } from './http.ts';
import { silentLogger } from './logger.ts';

async function withServer(
  build: (app: ReturnType<typeof createHttpApp>) => void,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const app = createHttpApp();
  build(app);
  finishApp(app, silentLogger);
  const server = createServer(app);
  const port = await listen(server, 0, '127.0.0.1');
  try {
    await use(`http://127.0.0.1:${port}`);
  } finally {
    await closeServer(server);
  }
}

describe('finishApp', () => {
  it('answers known errors with their code, unknown ones blandly, body faults with 4xx', async () => {
    await withServer(
      (app) => {
        app.get('/known', () => {
          throw new AppError(409, 'taken', 'It is taken.');
        });
        app.get('/unknown', () => Promise.reject(new Error('select * from secrets')));
        app.post('/body', express.json(), (_request, response) => response.json({}));
      },
      async (origin) => {
        const answer = async (path: string, init?: RequestInit) => {
          const response = await fetch(origin + path, init);
          return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
        };
        expect(await answer('/known')).toEqual([409, 'taken']);
        expect(await answer('/unknown')).toEqual([500, 'internal']);
        expect(await answer('/nowhere')).toEqual([404, 'not_found']);
        expect(
          await answer('/body', {
            method: 'POST',
            body: '{',
            headers: { 'content-type': 'application/json' },
          }),
        ).toEqual([400, 'bad_request']);
      },
    );
  });
});

describe('healthHandler', () => {
  it('is 503 and names the part that fails', async () => {
    await withServer(
      (app) => {
        app.get(
          '/health',
          healthHandler('thing', {
            good: () => Promise.resolve(),
            bad: () => Promise.reject(new Error('is away')),
          }),
        );
      },
      async (origin) => {
        const response = await fetch(`${origin}/health`);
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({
          status: 'unhealthy',
          service: 'thing',
          checks: { good: 'ok', bad: 'is away' },
        });
      },
    );
  });
});
