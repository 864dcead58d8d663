/** Share links over the wire: one event for whoever holds the link, as long as whoever shared it may. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser } from './callers.helpers.ts';
import { cameraB, cookieOf, type Harness } from './dashboard.helpers.ts';
import { startPeopleHarness, type PeopleHarness } from './people.helpers.ts';
import type { CreatedShareLink } from './api-types.ts';

let harness: Harness;
let json: PeopleHarness['json'];
let audited: PeopleHarness['audited'];
beforeAll(async () => {
  ({ harness, json, audited } = await startPeopleHarness());
});
afterAll(() => harness.stop());

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
    const [viewed] = await audited('recording_viewed');
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
