/** API tokens over the wire: scopes, limits, their end; never in a URL, never more than their owner. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { makeUser } from './callers.helpers.ts';
import { cameraA, cameraB, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import { startPeopleHarness, type PeopleHarness } from './people.helpers.ts';
import type { ApiTokenList, CreatedApiToken } from './api-types.ts';

let harness: Harness;
let json: PeopleHarness['json'];
let audited: PeopleHarness['audited'];
beforeAll(async () => {
  ({ harness, json, audited } = await startPeopleHarness());
});
afterAll(() => harness.stop());

describe('an API token', () => {
  const use = (token: string, method = 'GET', path = '/api/cameras', headers = {}) =>
    harness.call(method, path, {
      cookie: null,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(method === 'GET' ? {} : { body: { name: 'Gate' } }),
    });

  it('is shown once, works in the header alone, is not asked for its origin, and ends when revoked', async () => {
    const body = { name: 'script', scopes: ['read', 'manage'] };
    const { token, details } = await json<CreatedApiToken>('POST', '/api/tokens', { body }, 201);
    expect(token).toMatch(/^apiary_[\w-]{43}$/);
    expect(details.hint).toBe(token.slice(-4));
    const listed = await harness.call('GET', '/api/tokens');
    expect(listed.text).not.toContain(token);
    const { rows } = await harness.database.pool.query<{ text: string }>(
      'select t::text as text from api_tokens t',
    );
    for (const { text } of rows) expect(text).not.toContain(token);
    expect((await use(token)).status).toBe(200);
    expect(
      (await use(token, 'PATCH', `/api/cameras/${cameraA}`, { origin: 'https://evil.example' })).status,
    ).toBe(200);
    for (const path of [`/api/cameras?token=${token}`, `/api/cameras?access_token=${token}`])
      expect((await harness.call('GET', path, { cookie: null })).status).toBe(401);
    for (const path of ['/api/tokens', '/api/sessions', '/api/users'])
      expect((await use(token, 'GET', path)).status).toBe(403);
    expect((await use(token, 'POST', `/api/control/reboot/${cameraA}`)).status).toBe(403);
    const { tokens } = (await harness.call('GET', '/api/tokens')).json as ApiTokenList;
    expect(tokens[0]?.lastUsedAt).not.toBeNull();
    const [renamed] = await audited('camera_renamed');
    expect(renamed?.actor).toBe('admin (token script)');
    expect((await use(token, 'GET', '/api/auth/me')).json).toMatchObject({ user: { username: 'admin' } });
    const stream = await openStream(harness.url('/api/stream'), { authorization: `Bearer ${token}` });
    await json('DELETE', `/api/tokens/${details.id}`, {}, 204);
    await waitFor(() => stream.ended, 'the end of the stream', 1000);
    expect((await use(token)).status).toBe(401);
  });

  it('beside a good cookie is still asked for itself', async () => {
    const answer = await harness.call('GET', '/api/cameras', {
      headers: { authorization: 'Bearer apiary_wrong' },
    });
    expect(answer.status).toBe(401);
  });

  it('ends with its time, and is no more than its owner', async () => {
    const viewer = await makeUser(harness, 'token-viewer', 'viewer', [cameraA]);
    const headers = await viewer.token(['admin']);
    const call = (method: string, path: string) => harness.call(method, path, { cookie: null, headers });
    expect((await call('GET', `/api/cameras/${cameraB}`)).status).toBe(404);
    expect((await call('POST', `/api/control/mode/${cameraA}/armed`)).status).toBe(403);
    await harness.database.pool.query('update api_tokens set expires_at = now() where user_id = $1', [
      viewer.userId,
    ]);
    expect((await call('GET', '/api/cameras')).status).toBe(401);
  });

  it('is limited: guesses an address, requests a token', async () => {
    await harness.restart();
    for (let n = 0; n < 30; n++) await use('apiary_guess');
    expect((await use('apiary_guess')).status).toBe(429);
    expect((await harness.call('GET', '/api/cameras')).status).toBe(200);
    await harness.restart();
    const viewer = await makeUser(harness, 'token-busy', 'viewer');
    const headers = await viewer.token(['read']);
    const answers = await Promise.all(
      Array.from({ length: 610 }, () => harness.call('GET', '/api/auth/me', { cookie: null, headers })),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    await harness.restart();
  });
});
