/** Who gets in: every operation without login, from another site, with forged headers; log-in, throttle, sessions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminPassword, cameraA, cookieOf, startHarness, type Harness } from './dashboard.helpers.ts';

interface Operation {
  security: object[];
  'x-authorization': { action?: string; open?: string };
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

let harness: Harness;
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  harness = await startHarness();
  await harness.insertCamera(cameraA);
  await harness.insertEvent('e1');
  const document: Document = (await harness.call('GET', '/api/openapi.json')).json;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => harness.stop());

/** The path with things that exist put in. */
const concrete = (path: string): string =>
  path.replace('{id}', cameraA).replace('{mode}', 'armed').replace('{event}', 'e1').replace('{name}', '0.ts');

describe('every operation of the API', () => {
  it('is described as OpenAPI 3.1 with its authorisation', async () => {
    const document: Document = (await harness.call('GET', '/api/openapi.json')).json;
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(20);
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Camera', 'CameraEvent', 'Error', 'EventList', 'Accepted', 'CommandOutcome']),
    );
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ path }) => path).sort()).toEqual([
      '/api/auth/login',
      '/api/auth/methods',
      '/api/auth/oidc/callback',
      '/api/auth/oidc/logout',
      '/api/auth/oidc/start',
      '/api/share/open',
      '/api/trust',
      '/api/trust/apiary.mobileconfig',
      '/api/trust/ca.crt',
    ]);
    for (const { operation } of operations)
      expect(operation['x-authorization'].action ?? operation['x-authorization'].open).toBeTruthy();
  });

  it('is refused without login, 401', async () => {
    const closed = operations.filter(({ operation }) => operation.security.length > 0);
    for (const { method, path } of closed) {
      for (const cookie of [null, harness.cookie.replace(/=.*/, '=guess')]) {
        const answer = await harness.call(method, concrete(path), { cookie });
        expect([path, answer.status, answer.json]).toEqual([
          path,
          401,
          { error: { code: 'unauthorized', message: 'Log in first.' } },
        ]);
      }
    }
  });

  it('does not take forged proxy headers for a login', async () => {
    for (const headers of [
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-forwarded-for': '192.168.1.2', 'x-real-ip': '192.168.1.2', forwarded: 'for=10.0.0.1' },
      { 'x-remote-user': 'admin', authorization: 'Basic YWRtaW46YWRtaW4=' },
    ]) {
      const answer = await harness.call('GET', '/api/cameras', { cookie: null, headers });
      expect(answer.status).toBe(401);
    }
  });

  it('that changes something is refused from another site, 403, login or not', async () => {
    const mutating = operations.filter(({ method }) => method !== 'GET');
    expect(mutating.length).toBeGreaterThan(8);
    for (const { method, path } of mutating)
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: harness.url(''), 'sec-fetch-site': 'cross-site' },
      ] as Record<string, string>[]) {
        const answer = await harness.call(method, concrete(path), { headers, body: {} });
        expect([method, path, headers, answer.status]).toEqual([method, path, headers, 403]);
      }
  });

  it('passes from our own origin, and with the cookie alone', async () => {
    for (const headers of [
      {},
      { origin: harness.url('') },
      { origin: harness.url(''), 'sec-fetch-site': 'same-origin' },
    ] as Record<string, string>[]) {
      const answer = await harness.call('PATCH', `/api/cameras/${cameraA}`, {
        headers,
        body: { name: 'Gate' },
      });
      expect(answer.status).toBe(200);
    }
  });

  it('that does not exist asks for a login first', async () => {
    expect((await harness.call('GET', '/api/nothing', { cookie: null })).status).toBe(401);
    expect((await harness.call('GET', '/api/nothing')).status).toBe(404);
  });
});

describe('headers', () => {
  it('hold a strict policy, and nothing of the API is kept', async () => {
    const { headers } = await harness.call('GET', '/api/cameras');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('health is open and tells no secret', async () => {
    const answer = await harness.call('GET', '/health', { cookie: null });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: 'healthy', checks: { database: 'ok', broker: 'ok' } });
  });
});

describe('logging in', () => {
  it('works with the generated password and sets a cookie no script can read', async () => {
    const answer = await harness.call('POST', '/api/auth/login', {
      body: { username: 'Admin', password: adminPassword },
      cookie: null,
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      user: { username: 'admin', role: 'admin', passwordChange: 'suggested' },
    });
    const setCookie = answer.headers.getSetCookie()[0] ?? '';
    expect(setCookie).toMatch(/^__Host-[\w-]+=[\w-]{43}; /);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=604800'])
      expect(setCookie).toContain(part);
    const me = await harness.call('GET', '/api/auth/me', { cookie: cookieOf(answer) });
    expect(me.json).toEqual(answer.json);
    const { rows } = await harness.database.pool.query<{ text: string }>(
      'select s::text as text from login_sessions s',
    );
    for (const { text } of rows) expect(text).not.toContain(cookieOf(answer).split('=')[1]);
  });

  it.each([
    [{ username: 'admin', password: 'wrong' }, 401],
    [{ username: 'nobody', password: 'wrong' }, 401],
    [{ username: 'admin' }, 400],
    [{ username: ['admin'], password: { $ne: '' } }, 400],
    ['text', 400],
  ])('%j is answered %i', async (body, status) => {
    const answer = await harness.call('POST', '/api/auth/login', { body, cookie: null });
    expect(answer.status).toBe(status);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('ends with logout, for that session only', async () => {
    const [one, two] = [await harness.logIn(), await harness.logIn()];
    expect((await harness.call('POST', '/api/auth/logout', { cookie: one })).status).toBe(204);
    expect((await harness.call('GET', '/api/auth/me', { cookie: one })).status).toBe(401);
    expect((await harness.call('GET', '/api/auth/me', { cookie: two })).status).toBe(200);
  });

  it('is prolonged by use, and ends when its time is over', async () => {
    const cookie = await harness.logIn();
    const { pool } = harness.database;
    await pool.query("update login_sessions set expires_at = now() + interval '1 day'");
    const answer = await harness.call('GET', '/api/auth/me', { cookie });
    expect(cookieOf(answer)).toBe(cookie);
    const { rows } = await pool.query(
      "select 1 from login_sessions where expires_at > now() + interval '6 days'",
    );
    expect(rows).toHaveLength(1);
    await pool.query('update login_sessions set expires_at = now()');
    expect((await harness.call('GET', '/api/auth/me', { cookie })).status).toBe(401);
    harness.cookie = await harness.logIn();
  });

  it('survives a restart of the service and of the database', async () => {
    await harness.restart();
    expect((await harness.call('GET', '/api/auth/me')).status).toBe(200);
    await harness.database.restart();
    expect((await harness.call('GET', '/api/auth/me')).status).toBe(200);
  });

  it('with a changed password ends the other sessions', async () => {
    const other = await harness.logIn();
    const wrong = { currentPassword: 'wrong', newPassword: 'copper lantern violet harbour' };
    expect((await harness.call('POST', '/api/auth/password', { body: wrong })).status).toBe(400);
    const right = { currentPassword: adminPassword, newPassword: 'copper lantern violet harbour' };
    expect((await harness.call('POST', '/api/auth/password', { body: right })).status).toBe(204);
    expect((await harness.call('GET', '/api/auth/me', { cookie: other })).status).toBe(401);
    expect((await harness.call('GET', '/api/auth/me')).status).toBe(200);
    await expect(harness.logIn()).rejects.toThrow('401');
    await harness.logIn('copper lantern violet harbour');
    // The generated password is used once: a restart does not bring it back.
    await harness.restart();
    await expect(harness.logIn()).rejects.toThrow('401');
    const back = { currentPassword: 'copper lantern violet harbour', newPassword: adminPassword };
    expect((await harness.call('POST', '/api/auth/password', { body: back })).status).toBe(204);
  });

  it('is written to the audit log', async () => {
    const { rows } = await harness.database.pool.query<{ action: string; address: string }>(
      'select distinct action, address from audit_log where actor = $1',
      ['admin'],
    );
    expect(rows.map((row) => row.action)).toEqual(
      expect.arrayContaining(['login_succeeded', 'login_failed', 'logged_out', 'password_changed']),
    );
    expect(new Set(rows.map((row) => row.address))).toEqual(new Set(['127.0.0.1']));
  });
});

describe('guessing', () => {
  const guess = (username: string, address?: string) =>
    harness.call('POST', '/api/auth/login', {
      body: { username, password: 'wrong' },
      cookie: null,
      headers: address === undefined ? {} : { 'x-forwarded-for': address },
    });

  it('is throttled per account, forged addresses or not; right log-ins do not count', async () => {
    await harness.restart();
    for (let n = 0; n < 15; n++) await harness.logIn();
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await guess('admin', `10.0.0.${n}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const answer = await guess('admin');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.json).toMatchObject({ error: { code: 'too_many_requests' } });
    // Not even the right password tells anything now.
    await expect(harness.logIn()).rejects.toThrow('429');
  });

  it('is throttled per address, over many accounts and sent at once', async () => {
    await harness.restart();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => guess(`user${n}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  it('believes addresses from trusted proxies', async () => {
    await harness.restart({ trustedProxies: ['127.0.0.1/32'] });
    const answers = [];
    for (let n = 0; n < 31; n++) answers.push(await guess(`user${n}`, '10.1.1.1'));
    expect(answers.at(-1)?.status).toBe(429);
    expect((await guess('user99', '10.1.1.2')).status).toBe(401);
    await harness.restart({ trustedProxies: [] });
  });
});

describe('behind the edge', () => {
  it('takes the forwarded host and scheme for its own origin, from trusted proxies only', async () => {
    const body = { name: 'Gate' };
    const headers = {
      origin: 'https://cams.example.net:5000',
      'x-forwarded-host': 'cams.example.net:5000',
      'x-forwarded-proto': 'https',
    };
    const rename = () => harness.call('PATCH', `/api/cameras/${cameraA}`, { body, headers });
    expect((await rename()).status).toBe(403);
    await harness.restart({ trustedProxies: ['127.0.0.1/32'] });
    expect((await rename()).status).toBe(200);
    const insecure = { ...headers, origin: 'http://cams.example.net:5000' };
    const answer = await harness.call('PATCH', `/api/cameras/${cameraA}`, { body, headers: insecure });
    expect(answer.status).toBe(403);
    await harness.restart({ trustedProxies: [] });
  });
});
