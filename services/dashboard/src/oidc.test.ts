/** Logging in through an identity provider, over real HTTPS with a private CA: the way there and back, and every lie. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testCertificates } from '@apiary/test-support';
import { clientId, clientSecret, FakeProvider } from './auth/fake-provider.helpers.ts';
import { parseRoleRules } from './auth/oidc-roles.ts';
import { startHarness, type Harness } from './dashboard.helpers.ts';
import type { AccountList, Me } from './api-types.ts';

const provider = new FakeProvider();
let harness: Harness;
let folder: string;
let browser: Agent;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apiary-oidc-'));
  const { ca } = await testCertificates();
  await writeFile(join(folder, 'ca.pem'), ca);
  browser = new Agent({ connect: { ca } });
  await provider.start();
  harness = await startHarness({ oidc: settings('viewer:domain=example.com', 'admin:group=admins') });
});
afterAll(async () => {
  await harness.stop();
  await provider.stop();
  await browser.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  provider.wrong = {};
  provider.person = {
    sub: 'person-1',
    preferred_username: 'Ada Lovelace',
    email: 'ada@example.com',
    email_verified: true,
  };
});

const settings = (...roles: string[]) => ({
  issuer: provider.issuer,
  clientId,
  clientSecret,
  scopes: 'openid email',
  caFile: join(folder, 'ca.pem'),
  label: 'Log in at home',
  roles: parseRoleRules(roles),
  groupsClaim: 'groups',
});

const cookies = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');

/** As a browser goes: to us, to the provider, back to us. Changes on the way are the attacks. */
async function visit(change: { next?: string; back?: (url: URL) => void; jar?: string } = {}) {
  const query = change.next === undefined ? '' : `?${new URLSearchParams({ next: change.next }).toString()}`;
  const there = await harness.call('GET', `/api/auth/oidc/start${query}`, { cookie: null });
  expect(there.status).toBe(303);
  const location = there.headers.get('location') ?? '';
  if (location.startsWith('/')) return { location, login: '', there: undefined, jar: '', back: undefined };
  const jar = change.jar ?? cookies(there.headers);
  const atProvider = await undiciFetch(location, { redirect: 'manual', dispatcher: browser });
  const back = new URL(atProvider.headers.get('location') ?? '');
  change.back?.(back);
  const done = await harness.call('GET', back.pathname + back.search, { cookie: jar });
  return {
    location: done.headers.get('location'),
    login: cookies(done.headers),
    there: new URL(location),
    jar,
    back,
  };
}
const problem = async (change?: Parameters<typeof visit>[0]): Promise<string | null> => {
  const { location, login } = await visit(change);
  expect(login).toBe('');
  return location;
};

describe('a login', () => {
  it('makes an account at the first, finds it by issuer and subject at the next', async () => {
    const { location, login, there } = await visit({ next: '/events/e%2F1?x=1#y' });
    expect(location).toBe('/events/e%2F1?x=1#y');
    expect(Object.fromEntries(there?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
      redirect_uri: harness.url('/api/auth/oidc/callback'),
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(there?.searchParams.get(name)).toMatch(/^.{43}$/);
    const me = (await harness.call('GET', '/api/auth/me', { cookie: login })).json as Me;
    expect(me).toMatchObject({ user: { username: 'ada-lovelace', role: 'viewer' }, hasPassword: false });
    provider.person = { ...provider.person, preferred_username: 'renamed', email: 'ada@sub.example.com' };
    expect(await problem()).toBe('/?loginProblem=oidc_no_role');
    provider.person = { ...provider.person, groups: ['admins', 'others'] };
    const again = await visit();
    const now = (await harness.call('GET', '/api/auth/me', { cookie: again.login })).json as Me;
    expect(now.user).toMatchObject({ id: me.user.id, username: 'ada-lovelace', role: 'admin' });
  });

  it('never takes over a local account of the same name', async () => {
    provider.person = { sub: 'person-2', preferred_username: 'admin', hd: 'example.com' };
    const { login } = await visit();
    const { user } = (await harness.call('GET', '/api/auth/me', { cookie: login })).json as Me;
    expect(user).toMatchObject({ username: 'admin-2', role: 'viewer' });
    const password = { currentPassword: 'x', newPassword: 'copper lantern violet harbour' };
    const changed = await harness.call('POST', '/api/auth/password', { cookie: login, body: password });
    expect(changed.status).toBe(403);
  });

  it('of a disabled account is refused, and its role is the provider’s to change', async () => {
    await visit();
    const { users } = (await harness.call('GET', '/api/users')).json as AccountList;
    const { id } = users.find(({ username }) => username === 'ada-lovelace') ?? { id: '' };
    const patch = (body: object) => harness.call('PATCH', `/api/users/${id}`, { body });
    expect((await patch({ role: 'operator' })).json).toMatchObject({ error: { code: 'role_from_provider' } });
    await patch({ disabled: true });
    expect(await problem()).toBe('/?loginProblem=oidc_disabled');
    await patch({ disabled: false });
  });

  it('survives a restart in the middle, and its way back is good once', async () => {
    const { jar, back } = await visit();
    const again = await harness.call('GET', (back?.pathname ?? '') + (back?.search ?? ''), { cookie: jar });
    expect(again.headers.get('location')).toBe('/?loginProblem=oidc_failed');
  });
});

describe('refused is', () => {
  it.each([
    ['another nonce', { claims: { nonce: 'other' } }],
    ['another audience', { claims: { aud: 'other' } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['an old token', { claims: { iat: 1_700_000_000, exp: 1_700_000_060 } }],
    ['a token signed by another key', { otherKey: true }],
    ['no ID token', { noToken: true }],
  ])('%s', async (_what, wrong) => {
    provider.wrong = wrong;
    expect(await problem()).toBe('/?loginProblem=oidc_failed');
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'other')],
    ['another code', (url: URL) => url.searchParams.set('code', 'other')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
  ])('%s', async (_what, back) => {
    expect(await problem({ back })).toBe('/?loginProblem=oidc_failed');
  });

  it('a way back in a browser that never set out, or with a forged cookie', async () => {
    expect(await problem({ jar: '' })).toBe('/?loginProblem=oidc_failed');
    expect(await problem({ jar: '__Host-apiary-oidc=forged' })).toBe('/?loginProblem=oidc_failed');
  });

  it('who said no there, with another sentence', async () => {
    const back = (url: URL) => (url.search = '?error=access_denied&state=x');
    expect(await problem({ back })).toBe('/?loginProblem=oidc_cancelled');
  });

  it('an address that nobody verified', async () => {
    provider.person = { sub: 'person-3', email: 'x@example.com', email_verified: false };
    expect(await problem()).toBe('/?loginProblem=oidc_no_role');
    provider.person = { sub: 'person-3', email: 'x@example.com' };
    expect(await problem()).toBe('/?loginProblem=oidc_no_role');
  });
});

describe('a provider that is away', () => {
  it('keeps nobody from logging in with a password, and is found again', async () => {
    await harness.restart();
    await provider.stop();
    expect(await problem()).toBe('/?loginProblem=oidc_unavailable');
    await harness.logIn();
    const methods = await harness.call('GET', '/api/auth/methods', { cookie: null });
    expect(methods.json).toMatchObject({
      oidc: { label: 'Log in at home', startUrl: '/api/auth/oidc/start' },
    });
    await provider.start();
    expect((await visit()).location).toBe('/');
  });

  it('whose certificate nobody we know signed is not spoken to', async () => {
    await harness.restart({ oidc: { ...settings('viewer:anyone'), caFile: undefined } });
    expect(await problem()).toBe('/?loginProblem=oidc_unavailable');
    await harness.restart({ oidc: settings('viewer:anyone') });
  });

  it('is told of the log-out where it wants to know', async () => {
    const { status, headers } = await harness.call('GET', '/api/auth/oidc/logout', { cookie: null });
    const location = new URL(headers.get('location') ?? '');
    expect([status, location.origin, location.pathname]).toEqual([303, provider.issuer, '/logout']);
    expect(location.searchParams.get('post_logout_redirect_uri')).toBe(harness.url('/'));
  });
});

describe('where a login returns to', () => {
  it('holds through a whole login', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example'])
      expect((await visit({ next })).location).toBe('/');
  });
});
