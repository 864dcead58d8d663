/** Live view as every kind of caller, over HTTP and over the socket, on a camera of theirs and on a foreign one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApiToken } from '@apiary/access/api-tokens';
import { cookiePrefix, keyedHash } from '@apiary/access/installation-keys';
import { waitFor } from '@apiary/test-support';
import { createApiToken } from '@apiary/database/api-token-repository';
import { createLoginSession } from '@apiary/database/login-session-repository';
import { createUser } from '@apiary/database/user-repository';
import { cameraA, cameraB, sessionSecret, startHarness, type Harness } from './livestream.helpers.ts';

type Headers = Record<string, string>;
const nowhere = '9'.repeat(32);
let harness: Harness;
let operator: Headers;
let viewer: Headers;
let readToken: Headers;
let controlToken: Headers;
let viewerId: string;

beforeAll(async () => {
  harness = await startHarness();
  const { pool } = harness.database;
  const user = async (username: string, role: 'operator' | 'viewer'): Promise<string> =>
    (await createUser(pool, {
      username,
      role,
      cameras: [cameraA],
      passwordHash: null,
      passwordChange: 'none',
    })) ?? '';
  const logIn = async (userId: string): Promise<Headers> => {
    const tokenHash = keyedHash(sessionSecret, userId);
    await createLoginSession(pool, {
      tokenHash,
      userId,
      method: 'password',
      address: undefined,
      userAgent: undefined,
      lifetimeSeconds: 3600,
    });
    return { cookie: `${cookiePrefix(sessionSecret)}=${userId}` };
  };
  const token = async (userId: string, scope: 'read' | 'control'): Promise<Headers> => {
    const text = newApiToken();
    const tokenHash = keyedHash(sessionSecret, text);
    await createApiToken(pool, {
      userId,
      name: 't',
      tokenHash,
      hint: 'hint',
      scopes: [scope],
      expiresAt: null,
    });
    return { cookie: '', authorization: `Bearer ${text}` };
  };
  const operatorId = await user('operator', 'operator');
  viewerId = await user('viewer', 'viewer');
  operator = await logIn(operatorId);
  viewer = await logIn(viewerId);
  readToken = await token(operatorId, 'read');
  controlToken = await token(operatorId, 'control');
});
afterAll(() => harness.stop());

describe('a camera one may not see', () => {
  it.each([
    ['GET', '/api/live/streams/{id}'],
    ['POST', '/api/live/streams/{id}/start'],
    ['POST', '/api/live/streams/{id}/stop'],
    ['GET', '/api/live/viewers/{id}'],
    ['POST', '/api/live/tickets'],
  ])('answers as one that does not exist: %s %s', async (method, path) => {
    for (const headers of [operator, viewer, readToken]) {
      const ask = (id: string) =>
        harness.call(method, path.replace('{id}', id), {
          headers,
          ...(path.endsWith('tickets') ? { body: { cameraId: id } } : {}),
        });
      expect(await ask(cameraB)).toMatchObject({ status: 404 });
      expect(await ask(cameraB)).toEqual(await ask(nowhere));
    }
  });

  it('is in no list, and on no socket', async () => {
    const watcher = await harness.open();
    watcher.watch(cameraB);
    await watcher.hear('viewerResponse');
    for (const path of ['/api/live/streams', '/api/live/viewers'])
      expect((await harness.call('GET', path, { headers: viewer })).json).toMatchObject({ count: 0 });
    const socket = await harness.open({ headers: viewer });
    socket.watch(cameraB);
    expect(await socket.hear('error')).toMatchObject({ code: 'unknown_camera' });
    await socket.close();
    await watcher.close();
  });
});

describe('a stream', () => {
  const path = `/api/live/streams/${cameraA}`;

  it('is ended for everybody by those who may command the camera, not by who may look', async () => {
    expect((await harness.call('POST', `${path}/start`, { headers: viewer })).status).toBe(201);
    expect((await harness.call('POST', `${path}/stop`, { headers: viewer })).status).toBe(403);
    expect((await harness.call('POST', `${path}/stop`, { headers: readToken })).status).toBe(403);
    expect((await harness.call('POST', `${path}/stop`, { headers: operator })).status).toBe(200);
  });

  it('is for tokens that read, from whatever page, until they are revoked', async () => {
    expect((await harness.call('GET', '/api/live/streams', { headers: controlToken })).status).toBe(403);
    const foreign = { ...readToken, origin: 'https://evil.example' };
    const ticket = await harness.call('POST', '/api/live/tickets', {
      headers: foreign,
      body: { cameraId: cameraA },
    });
    expect(ticket.status).toBe(201);
    const viewers = [
      await harness.open({ headers: readToken }),
      await harness.open({
        path: `/?ticket=${(ticket.json as { ticket: string }).ticket}`,
        headers: { cookie: '' },
      }),
    ];
    for (const each of viewers) {
      each.watch(cameraA);
      await each.hear('viewerResponse');
    }
    await harness.database.pool.query('delete from api_tokens');
    for (const each of viewers) await waitFor(() => each.closed?.code === 4401, 'closing', 1000);
    expect(await harness.refusal({ headers: readToken })).toBe(401);
  });
});

describe('a user who must change the password first', () => {
  it('watches nothing', async () => {
    const socket = await harness.open({ headers: viewer });
    socket.watch(cameraA);
    await socket.hear('viewerResponse');
    await harness.database.pool.query(`update users set password_change = 'required' where user_id = $1`, [
      viewerId,
    ]);
    await waitFor(() => socket.closed?.code === 4403, 'closing', 1000);
    expect(await harness.refusal({ headers: viewer })).toBe(403);
  });
});
