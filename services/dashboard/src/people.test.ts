/** Accounts and login sessions over the wire: what ends ends everywhere, and within a second. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { makeUser } from './callers.helpers.ts';
import { adminPassword, cameraA, cameraB, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import { startPeopleHarness, type PeopleHarness } from './people.helpers.ts';
import type { Account, AccountList, Bootstrap, CreatedUser, LoginSessionList, Me } from './api-types.ts';

const goodPassword = 'copper lantern violet harbour';
let harness: Harness;
let json: PeopleHarness['json'];
let audited: PeopleHarness['audited'];
beforeAll(async () => {
  ({ harness, json, audited } = await startPeopleHarness());
});
afterAll(() => harness.stop());

const create = (body: object): Promise<CreatedUser> => json('POST', '/api/users', { body }, 201);

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

  it('of the last admin stays, whatever is tried', async () => {
    const { users } = await json<AccountList>('GET', '/api/users');
    const first = users.find(({ username }) => username === 'admin') as Account;
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { disabled: true }],
    ] as const)
      expect((await harness.call(method, `/api/users/${first.id}`, { body })).json).toMatchObject({
        error: { code: 'own_account' },
      });
    const demoted = await harness.call('PATCH', `/api/users/${first.id}`, { body: { role: 'viewer' } });
    expect([demoted.status, demoted.json]).toMatchObject([409, { error: { code: 'last_admin' } }]);
  });

  it('of one of two admins who delete each other at once stays', async () => {
    const { pool } = harness.database;
    const [one, other] = [
      await makeUser(harness, 'admin-one', 'admin'),
      await makeUser(harness, 'admin-other', 'admin'),
    ];
    const logins = [await one.logIn(), await other.logIn()];
    await pool.query(`update users set disabled_at = now() where username = 'admin'`);
    const answers = await Promise.all(
      [other, one].map(({ userId }, n) =>
        harness.call('DELETE', `/api/users/${userId}`, { cookie: null, headers: logins[n] ?? {} }),
      ),
    );
    // The loser is told so, or is gone before being asked who it is.
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const { rows } = await pool.query(`select 1 from users where role = 'admin' and disabled_at is null`);
    expect(rows).toHaveLength(1);
    await pool.query(`update users set disabled_at = null where username = 'admin'`);
    await pool.query(`delete from users where username in ('admin-one', 'admin-other')`);
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

describe('the login page', () => {
  it('learns which ways in there are', async () => {
    const methods = await harness.call('GET', '/api/auth/methods', { cookie: null });
    expect(methods.json).toEqual({ password: true, oidc: null, firstRun: false });
    expect((await harness.call('GET', '/api/auth/oidc/start', { cookie: null })).status).toBe(404);
    await expect(harness.logIn(adminPassword)).resolves.toContain('apiary');
  });
});
