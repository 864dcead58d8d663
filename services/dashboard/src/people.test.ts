/** Accounts, login sessions, API tokens and share links over the wire: what ends ends everywhere, and within a second. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { makeUser } from './callers.helpers.ts';
import {
  adminPassword,
  cameraA,
  cameraB,
  cookieOf,
  startHarness,
  type CallOptions,
  type Harness,
} from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import type {
  Account,
  AccountList,
  ApiTokenList,
  Bootstrap,
  CreatedApiToken,
  CreatedShareLink,
  CreatedUser,
  LoginSessionList,
  Me,
} from './api-types.ts';

const goodPassword = 'copper lantern violet harbour';
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await harness.insertCamera(cameraA);
  await harness.insertCamera(cameraB);
  await harness.insertEvent('e1');
  await harness.insertEvent('e2', { camera_id: cameraB });
  await harness.insertRecording('e1', { sequence: 1, segments: { 0: Buffer.alloc(188, 0x47) } });
});
afterAll(() => harness.stop());

async function json<T>(method: string, path: string, options: CallOptions = {}, status = 200): Promise<T> {
  const answer = await harness.call(method, path, options);
  expect([method, path, answer.status, answer.text.slice(0, 300)]).toEqual([
    method,
    path,
    status,
    answer.text.slice(0, 300),
  ]);
  return answer.json;
}
const create = (body: object): Promise<CreatedUser> => json('POST', '/api/users', { body }, 201);
const audited = async (action: string): Promise<object[]> =>
  (await harness.database.pool.query<object>('select * from audit_log where action = $1', [action])).rows;

describe('an account', () => {
  it('begins with a password shown once, which must be changed before anything else', async () => {
    const { user, password } = await create({ username: 'Aunt', role: 'viewer', cameras: [cameraA] });
    expect(user).toMatchObject({
      username: 'aunt',
      role: 'viewer',
      cameras: [cameraA],
      passwordChange: 'required',
    });
    expect((await harness.call('GET', '/api/users')).text).not.toContain(password);
    const cookie = await harness.logIn(password, 'aunt');
    const refused = await harness.call('GET', '/api/bootstrap', { cookie });
    expect([refused.status, refused.json]).toMatchObject([
      403,
      { error: { code: 'password_change_required' } },
    ]);
    expect((await json<Me>('GET', '/api/auth/me', { cookie })).user.may).toEqual([
      'self.read',
      'session.own',
    ]);
    const change = (newPassword: string) =>
      harness.call('POST', '/api/auth/password', {
        cookie,
        body: { currentPassword: password, newPassword },
      });
    for (const weak of ['short', 'password1234', 'aaaaaaaaaaaaaaaa', 'aunt-aunt-aunt', password])
      expect([weak, (await change(weak)).json]).toMatchObject([weak, { error: { code: 'weak_password' } }]);
    expect((await change(goodPassword)).status).toBe(204);
    const bootstrap = await json<Bootstrap>('GET', '/api/bootstrap', { cookie });
    expect(bootstrap.cameras.map(({ id }) => id)).toEqual([cameraA]);
    expect(bootstrap.events.map(({ id }) => id)).toEqual(['e1']);
    expect(bootstrap.unclaimed).toEqual([]);
  });

  it.each([
    [{ username: 'aunt', role: 'viewer' }, 409],
    [{ username: 'new', role: 'viewer', cameras: ['8'.repeat(32)] }, 409],
    [{ username: 'new', role: 'admin', cameras: [cameraA] }, 400],
    [{ username: 'new', role: 'owner' }, 400],
    [{ username: '../x', role: 'viewer' }, 400],
  ])('%j is refused, %i', async (body, status) => {
    expect((await harness.call('POST', '/api/users', { body })).status).toBe(status);
  });

  it('that is disabled is out at once, its token and stream too, and comes back when enabled', async () => {
    const user = await makeUser(harness, 'gone', 'viewer');
    const [login, token] = [await user.logIn(), await user.token(['read'])];
    const streams = [
      await openStream(harness.url('/api/stream'), login),
      await openStream(harness.url('/api/stream'), token),
    ];
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const set = (disabled: boolean) => json('PATCH', `/api/users/${user.userId}`, { body: { disabled } });
    await set(true);
    for (const stream of streams) await waitFor(() => stream.ended, 'the end of the stream', 1000);
    for (const headers of [login, token])
      expect((await harness.call('GET', '/api/cameras', { cookie: null, headers })).status).toBe(401);
    await expect(harness.logIn('x', 'gone')).rejects.toThrow('401');
    await set(false);
    expect((await harness.call('GET', '/api/cameras', { cookie: null, headers: token })).status).toBe(200);
    expect((await harness.call('GET', '/api/cameras', { cookie: null, headers: login })).status).toBe(401);
  });

  it('whose cameras change sees others on its open stream, after a reset', async () => {
    const user = await makeUser(harness, 'narrowed', 'viewer');
    const stream = await openStream(harness.url('/api/stream'), await user.logIn());
    await json('PATCH', `/api/users/${user.userId}`, { body: { cameras: [cameraA] } });
    await waitFor(() => stream.events.some(({ name }) => name === 'reset'), 'the reset', 1000);
    for (const id of [cameraB, cameraA])
      await harness.database.pool.query(
        "update camera_registry set location = 'moved' where camera_id = $1",
        [id],
      );
    await waitFor(() => stream.events.some(({ name }) => name === 'camera'), 'a camera');
    expect(stream.events.filter(({ name }) => name === 'camera').map(({ data }) => data['id'])).toEqual([
      cameraA,
    ]);
    stream.close();
  });

  it('of the last admin stays, whatever is tried, by two at once as well', async () => {
    const { users } = await json<AccountList>('GET', '/api/users');
    const first = users.find(({ username }) => username === 'admin') as Account;
    const other = await makeUser(harness, 'other-admin', 'admin');
    const { cookie: otherCookie = '' } = await other.logIn();
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { disabled: true }],
    ] as const)
      expect((await harness.call(method, `/api/users/${first.id}`, { body })).status).toBe(409);
    const both = await Promise.all([
      harness.call('DELETE', `/api/users/${other.userId}`),
      harness.call('DELETE', `/api/users/${first.id}`, { cookie: otherCookie }),
    ]);
    expect(both.map(({ status }) => status).filter((status) => status === 204)).toHaveLength(1);
    const left = await harness.database.pool.query(`select 1 from users where role = 'admin'`);
    expect(left.rows).toHaveLength(1);
    if (both[1].status === 204) throw new Error('the first admin went: the rest of this file needs it');
    const demoted = await harness.call('PATCH', `/api/users/${first.id}`, { body: { role: 'viewer' } });
    expect([demoted.status, demoted.json]).toMatchObject([409, { error: { code: 'last_admin' } }]);
  });

  it('gets a new password from an admin, and is out everywhere', async () => {
    const { user, password } = await create({ username: 'forgot', role: 'operator' });
    const cookie = await harness.logIn(password, 'forgot');
    const reset = await json<CreatedUser>('POST', `/api/users/${user.id}/password`);
    expect(reset.password).not.toBe(password);
    expect((await harness.call('GET', '/api/auth/me', { cookie })).status).toBe(401);
    await expect(harness.logIn(password, 'forgot')).rejects.toThrow('401');
    await harness.logIn(reset.password, 'forgot');
    await json('DELETE', `/api/users/${user.id}`, {}, 204);
    await expect(harness.logIn(reset.password, 'forgot')).rejects.toThrow('401');
  });

  it('is remembered in the audit log, change by change, without any password', async () => {
    for (const action of ['account_created', 'account_changed', 'account_deleted', 'password_reset'])
      expect([action, (await audited(action)).length > 0]).toEqual([action, true]);
    const { rows } = await harness.database.pool.query<{ text: string }>(
      'select a::text as text from audit_log a',
    );
    for (const { text } of rows) expect(text).not.toContain(goodPassword);
  });
});

describe('login sessions', () => {
  it('are listed with their device, and end one by one or all others', async () => {
    const user = await makeUser(harness, 'many', 'viewer');
    const here = await user.logIn();
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    await harness.database.pool.query('update login_sessions set user_agent = $2 where user_id = $1', [
      user.userId,
      agent,
    ]);
    const [there, elsewhere] = [await user.logIn(), await user.logIn()];
    const options = { cookie: null, headers: here };
    const { sessions } = await json<LoginSessionList>('GET', '/api/sessions', options);
    expect(sessions).toHaveLength(3);
    expect(sessions.find(({ current }) => current)).toMatchObject({
      device: 'Firefox, Linux',
      method: 'password',
    });
    expect(JSON.stringify(sessions)).not.toContain(here['cookie']?.split('=')[1]);
    const stream = await openStream(harness.url('/api/stream'), there);
    await json('DELETE', '/api/sessions', options).then((ended) => expect(ended).toEqual({ ended: 2 }));
    await waitFor(() => stream.ended, 'the end of the stream', 1000);
    expect((await harness.call('GET', '/api/auth/me', { cookie: null, headers: elsewhere })).status).toBe(
      401,
    );
    const other = await makeUser(harness, 'stranger', 'viewer');
    const foreign = await harness.call(
      'DELETE',
      `/api/sessions/${sessions.find(({ current }) => current)?.id}`,
      {
        cookie: null,
        headers: await other.logIn(),
      },
    );
    expect(foreign.status).toBe(404);
    expect((await harness.call('GET', '/api/auth/me', options)).status).toBe(200);
  });
});

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
    const [renamed] = (await audited('camera_renamed')) as { actor: string }[];
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

describe('a share link', () => {
  const share = (event: string, body: object = {}) =>
    json<CreatedShareLink>('POST', `/api/events/${event}/share`, { body }, 201);
  const open = (token: string) => harness.call('POST', '/api/share/open', { cookie: null, body: { token } });
  const tokenOf = ({ url }: CreatedShareLink): string => new URL(url).hash.slice(1);

  it('shows its event and its media to nobody else than its holder, and nothing besides', async () => {
    const made = await share('e1');
    expect(new URL(made.url).pathname).toBe('/share');
    expect(new URL(made.url).search).toBe('');
    expect((await harness.call('GET', '/api/shares')).text).not.toContain(tokenOf(made));
    const opened = await open(tokenOf(made));
    expect(opened.json).toMatchObject({ event: { id: 'e1' }, sharedBy: 'admin' });
    const cookie = cookieOf(opened);
    expect((await harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie })).status).toBe(200);
    expect((await harness.call('GET', '/api/media/segment/e1/0.ts', { cookie })).status).toBe(200);
    expect((await harness.call('GET', '/api/media/playlist/e2.m3u8', { cookie })).status).toBe(404);
    for (const path of ['/api/events', '/api/bootstrap', '/api/stream', '/api/auth/me', '/api/shares'])
      expect([path, (await harness.call('GET', path, { cookie })).status]).toEqual([path, 401]);
    const [viewed] = (await audited('recording_viewed')) as { actor: string }[];
    expect(viewed?.actor).toBe('link of admin');
    expect(await audited('share_opened')).toHaveLength(1);
  });

  it('opens for someone logged in who may not see the camera, beside their own rights', async () => {
    const viewer = await makeUser(harness, 'link-viewer', 'viewer', [cameraB]);
    const { cookie: login = '' } = await viewer.logIn();
    const cookie = `${login}; ${cookieOf(await open(tokenOf(await share('e1'))))}`;
    expect((await harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie })).status).toBe(200);
    expect((await harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie: login })).status).toBe(404);
    expect((await harness.call('GET', '/api/events/e1', { cookie })).status).toBe(404);
  });

  it('two of them work beside each other', async () => {
    const first = cookieOf(await open(tokenOf(await share('e1'))));
    const second = cookieOf(await open(tokenOf(await share('e2'))));
    const cookie = `${first}; ${second}`;
    expect((await harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie })).status).toBe(200);
    const other = await harness.call('GET', '/api/media/playlist/e2.m3u8', { cookie });
    expect(other.text).toContain('The recording');
  });

  it('dies revoked, expired, with its event, or with the right of who shared it', async () => {
    const { pool } = harness.database;
    const revoked = await share('e1');
    const cookie = cookieOf(await open(tokenOf(revoked)));
    await json('DELETE', `/api/shares/${revoked.share.id}`, {}, 204);
    expect((await harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie })).status).toBe(401);
    const said = await open(tokenOf(revoked));
    expect([said.status, said.json]).toMatchObject([410, { error: { code: 'share_revoked' } }]);

    const expired = await share('e1', { expiresInHours: 1 });
    await pool.query('update share_links set expires_at = now() where share_id = $1', [expired.share.id]);
    expect((await open(tokenOf(expired))).json).toMatchObject({ error: { code: 'share_expired' } });

    const operator = await makeUser(harness, 'sharer', 'operator');
    const made = await json<CreatedShareLink>(
      'POST',
      '/api/events/e1/share',
      { cookie: null, headers: await operator.logIn(), body: {} },
      201,
    );
    const theirs = cookieOf(await open(tokenOf(made)));
    const playlist = () => harness.call('GET', '/api/media/playlist/e1.m3u8', { cookie: theirs });
    expect((await playlist()).status).toBe(200);
    await json('PATCH', `/api/users/${operator.userId}`, { body: { cameras: [cameraB] } });
    expect((await playlist()).status).toBe(404);
    expect((await open(tokenOf(made))).status).toBe(410);
    await json('PATCH', `/api/users/${operator.userId}`, { body: { cameras: 'all', role: 'viewer' } });
    expect((await playlist()).status).toBe(401);

    await harness.insertEvent('e3');
    const gone = await share('e3');
    await pool.query('update activity_events set deleted_at = now() where event_id = $1', ['e3']);
    expect((await open(tokenOf(gone))).status).toBe(404);
  });

  it('cannot be guessed for long', async () => {
    await harness.restart();
    for (let n = 0; n < 30; n++) expect((await open('x'.repeat(43))).status).toBe(404);
    expect((await open('x'.repeat(43))).status).toBe(429);
    await harness.restart();
  });
});

describe('the page of a shared event', () => {
  it('tells nobody where it was, and nothing here is a search result', async () => {
    const page = await harness.call('GET', '/share', { cookie: null, headers: { accept: 'text/html' } });
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-robots-tag')).toContain('noindex');
  });
});

describe('the login page', () => {
  it('learns which ways in there are', async () => {
    const methods = await harness.call('GET', '/api/auth/methods', { cookie: null });
    expect(methods.json).toEqual({ password: true, oidc: null, firstRun: false });
    expect((await harness.call('GET', '/api/auth/oidc/start', { cookie: null })).status).toBe(404);
    await expect(harness.logIn(adminPassword)).resolves.toContain('apiary');
  });
});
