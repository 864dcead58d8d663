/** Who gets in, what may be sent, and the HTTP side of stream control. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHmac } from 'node:crypto';
import { makeLiveTicket } from '@apiary/access/live-ticket';
import { waitFor } from '@apiary/test-support';
import {
  cameraA,
  cameraB,
  sessionSecret,
  startHarness,
  turnSecret,
  type Harness,
} from './livestream.helpers.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ turn: { port: 3478, tlsPort: 5349 } });
});
afterAll(() => harness.stop());

describe('an upgrade', () => {
  const own = { host: '127.0.0.1:8765' };
  it.each([
    ['without a login', { headers: { cookie: '' } }, 401],
    ['with a login nobody knows', { headers: { cookie: 'a=b' } }, 401],
    ['from a page of another site', { headers: { ...own, origin: 'https://evil.example' } }, 403],
    ['from another port of our host', { headers: { ...own, origin: 'https://127.0.0.1:9443' } }, 403],
    ['from no page at all', { headers: { ...own, origin: 'null' } }, 403],
    ['with a forged ticket', { path: '/?ticket=1.2.3', headers: { cookie: '' } }, 401],
    ['with a bad ticket beside a good cookie', { path: '/?ticket=x' }, 401],
  ])('%s is refused', async (_what, options, status) => {
    expect(await harness.refusal(options)).toBe(status);
  });

  it.each(['https://127.0.0.1', 'https://127.0.0.1:5000', 'https://cams.example.net'])(
    'from our page %s on any path is let in',
    async (origin) => {
      const viewer = await harness.open({ path: '/any/path', headers: { ...own, origin } });
      expect(viewer.all('hello')).toMatchObject([{ version: 1 }]);
      await viewer.close();
    },
  );

  it('with a ticket opens that camera alone', async () => {
    const { status, json } = await harness.call('POST', '/api/live/tickets', { body: { cameraId: cameraA } });
    expect(status).toBe(201);
    const { ticket } = json as { ticket: string };
    const viewer = await harness.open({ path: `/?ticket=${ticket}`, headers: { cookie: '' } });
    viewer.watch(cameraB);
    expect(await viewer.hear('error')).toMatchObject({ code: 'unknown_camera' });
    viewer.watch(cameraA);
    await viewer.hear('viewerResponse');
    await viewer.close();
  });

  it('with a ticket of someone who is gone is refused', async () => {
    const ticket = makeLiveTicket(
      sessionSecret,
      { cameraId: cameraA, via: 'login', id: '00000000-0000-4000-8000-000000000001' },
      Date.now(),
    );
    expect(await harness.refusal({ path: `/?ticket=${ticket}`, headers: { cookie: '' } })).toBe(401);
  });
});

describe('messages', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"camera"}'],
    ['a viewer without an offer', JSON.stringify({ type: 'viewer', cameraId: cameraA })],
    ['no camera id', JSON.stringify({ type: 'viewer', cameraId: '../etc', sdpOffer: 'v=0' })],
  ])('%s is answered and the socket lives on', async (_what, text) => {
    const viewer = await harness.open();
    viewer.socket.send(text);
    expect(await viewer.hear('error')).toMatchObject({ code: 'invalid_message' });
    expect(viewer.closed).toBeUndefined();
    await viewer.close();
  });

  it('that are too large, or too many, close it', async () => {
    const large = await harness.open();
    large.socket.send('x'.repeat(70_000));
    await waitFor(() => large.closed?.code === 1009, 'closing for size');
    const many = await harness.open();
    for (let count = 0; count < 300; count++) many.send({ type: 'keepWatching' });
    await waitFor(() => many.closed?.code === 1008, 'closing for rate');
    expect(many.all('error')[0]).toMatchObject({ code: 'too_fast' });
  });

  it('name no camera there is not', async () => {
    const viewer = await harness.open();
    viewer.watch('00000000000000000000000000000000');
    expect(await viewer.hear('error')).toMatchObject({ code: 'unknown_camera' });
    await viewer.close();
  });

  it('of an old client with the stream’s id are taken, with another they are not', async () => {
    const first = await harness.open();
    first.watch(cameraA);
    const { streamId } = await first.hear('viewerResponse');
    const old = await harness.open();
    old.watch(cameraA, { streamId });
    await old.hear('viewerResponse');
    const other = await harness.open();
    other.watch(cameraA, { streamId: 'c0ffee' });
    expect(await other.hear('error')).toMatchObject({ code: 'stream_mismatch' });
    for (const each of [first, old, other]) await each.close();
  });

  it('talk puts this viewer’s sound through', async () => {
    const [first, second] = [await harness.open(), await harness.open()];
    first.watch(cameraA);
    await first.hear('viewerResponse');
    second.watch(cameraA);
    await second.hear('viewerResponse');
    const before = harness.kurento.callsOf('connect').length;
    first.send({ type: 'talk', active: true });
    await waitFor(() => harness.kurento.callsOf('connect').length > before, 'the connection');
    const { params } = harness.kurento.callsOf('connect').at(-1) ?? {};
    expect(params).toMatchObject({ mediaType: 'AUDIO', sink: harness.kurento.of('RtpEndpoint')[0]?.id });
    await first.close();
    await second.close();
  });
});

describe('relay credentials', () => {
  it('are minted for each viewer, for minutes', async () => {
    const [first, second] = [await harness.open(), await harness.open()];
    const [server] = first.all('hello')[0]?.iceServers ?? [];
    expect(server?.urls).toEqual([
      'turn:127.0.0.1:3478?transport=udp',
      'turn:127.0.0.1:3478?transport=tcp',
      'turns:cams.example.net:5349?transport=tcp',
    ]);
    const [expiry = 0] = (server?.username ?? '').split(':').map(Number);
    expect(expiry - Date.now() / 1000).toBeGreaterThan(500);
    expect(expiry - Date.now() / 1000).toBeLessThan(700);
    const expected = createHmac('sha1', turnSecret)
      .update(server?.username ?? '')
      .digest('base64');
    expect(server?.credential).toBe(expected);
    expect(second.all('hello')[0]?.iceServers[0]?.username).not.toBe(server?.username);
    await first.close();
    await second.close();
  });
});

describe('stream control', () => {
  const path = `/api/live/streams/${cameraA}`;

  it.each([
    ['GET', '/api/live/streams'],
    ['GET', '/api/live/viewers'],
    ['GET', '/api/live/health'],
    ['GET', path],
    ['POST', `${path}/start`],
    ['POST', `${path}/stop`],
    ['POST', '/api/live/tickets'],
    ['GET', '/api/live/nothing'],
  ])('%s %s needs a login', async (method, route) => {
    expect((await harness.call(method, route, { headers: { cookie: '' } })).status).toBe(401);
  });

  it('takes no command from another site', async () => {
    const { status } = await harness.call('POST', `${path}/start`, {
      headers: { origin: 'https://evil.example' },
    });
    expect(status).toBe(403);
  });

  it('starts, lists, stops; a stream that nobody comes to ends by itself', async () => {
    await waitFor(async () => (await harness.call('GET', path)).status === 404, 'no stream');
    const started = await harness.call('POST', `${path}/start`);
    expect(started.status).toBe(201);
    expect(started.json).toMatchObject({ camera_id: cameraA, state: 'starting' });
    const { session_id: sessionId, stream_id: streamId } = started.json as Record<string, string>;
    expect(sessionId).toBe(`stream-0A1B2C3D-${streamId?.slice(0, 8) ?? ''}`);
    expect((await harness.call('POST', `${path}/start`)).status).toBe(409);
    expect((await harness.call('GET', '/api/live/streams')).json).toMatchObject({ count: 1 });
    expect((await harness.call('GET', path)).json).toMatchObject({
      viewer_count: 0,
      stream: { stream_id: streamId },
    });
    const stopped = await harness.call('POST', `${path}/stop`);
    expect(stopped).toMatchObject({ status: 200, json: { state: 'stopped', stream_id: streamId } });
    expect((await harness.call('POST', `${path}/stop`)).status).toBe(404);

    expect((await harness.call('POST', `${path}/start`)).status).toBe(201);
    await waitFor(async () => (await harness.call('GET', path)).status === 404, 'ending by itself');
  });

  it('starts a stream within bounds that are asked for, and refuses impossible ones', async () => {
    harness.kurento.calls.length = 0;
    const start = (body: unknown) => harness.call('POST', `${path}/start`, { body });
    expect((await start({ max_bandwidth: 300, min_bandwidth: 900 })).status).toBe(400);
    expect((await start({ max_bandwidth: 'much' })).json).toMatchObject({
      error: { message: expect.stringContaining('max_bandwidth') as string },
    });
    expect((await start({ max_bandwidth: 1200 })).status).toBe(201);
    const set = (operation: string) => harness.kurento.callsOf(operation).map(({ params }) => params);
    await waitFor(() => set('setMinVideoRecvBandwidth').length > 0, 'the bounds being set');
    expect(set('setMaxVideoRecvBandwidth')).toEqual([{ maxVideoRecvBandwidth: 1200 }]);
    expect(set('setMinVideoRecvBandwidth')).toEqual([{ minVideoRecvBandwidth: 500 }]);
    await harness.call('POST', `${path}/stop`);
  });

  it('answers what does not exist', async () => {
    expect((await harness.call('GET', '/api/live/streams/nonsense')).status).toBe(400);
    const nobody = '/api/live/streams/00000000000000000000000000000000';
    expect((await harness.call('POST', `${nobody}/start`)).status).toBe(404);
  });

  it('lists viewers, and writes down who watched', async () => {
    const viewer = await harness.open({ headers: { 'x-forwarded-for': '192.0.2.77' } });
    viewer.watch(cameraB);
    await viewer.hear('viewerResponse');
    const { json } = await harness.call('GET', `/api/live/viewers/${cameraB}`);
    expect(json).toMatchObject({ count: 1, camera_id: cameraB, viewers: [{ username: 'admin' }] });
    const row = await waitFor(async () => {
      const { rows } = await harness.database.pool.query<object>(
        `select actor, address from audit_log where action = 'live_watched' and camera_id = $1`,
        [cameraB],
      );
      return rows[0];
    }, 'the audit row');
    expect(row).toEqual({ actor: 'admin', address: '192.0.2.77' });
    await viewer.close();
  });
});

describe('a viewer is put out', () => {
  it('when the login ends', async () => {
    await harness.restart({}, { loginCheckMs: 50 });
    const viewer = await harness.open();
    viewer.watch(cameraA);
    await viewer.hear('viewerResponse');
    await harness.database.pool.query(
      `update login_sessions set expires_at = now() - interval '1 s' where token_hash = $1`,
      [harness.tokenHash],
    );
    await waitFor(() => viewer.closed?.code === 4401, 'closing');
    expect(viewer.all('status').at(-1)?.state).toBe('ended');
    await harness.database.pool.query(
      `update login_sessions set expires_at = now() + interval '1 day' where token_hash = $1`,
      [harness.tokenHash],
    );
  });

  it('within a second of a revoked login, by cookie or by ticket', async () => {
    await harness.restart();
    const { pool } = harness.database;
    const { json } = await harness.call('POST', '/api/live/tickets', { body: { cameraId: cameraA } });
    const { ticket } = json as { ticket: string };
    const viewers = [
      await harness.open(),
      await harness.open({ path: `/?ticket=${ticket}`, headers: { cookie: '' } }),
    ];
    const { rows } = await pool.query<{ row: object }>(
      'delete from login_sessions where token_hash = $1 returning to_jsonb(login_sessions) as row',
      [harness.tokenHash],
    );
    for (const viewer of viewers) await waitFor(() => viewer.closed?.code === 4401, 'closing');
    await pool.query(
      'insert into login_sessions select * from jsonb_populate_record(null::login_sessions, $1)',
      [rows[0]?.row],
    );
  });

  it('when the camera is taken from them, or the account disabled', async () => {
    const { pool } = harness.database;
    const set = (columns: string) =>
      pool.query(`update users set ${columns} where user_id = $1`, [harness.userId]);
    const viewer = await harness.open();
    viewer.watch(cameraA);
    await viewer.hear('viewerResponse');
    await set(`role = 'viewer', all_cameras = false`);
    await waitFor(() => viewer.closed?.code === 4403, 'closing');
    const other = await harness.open();
    other.watch(cameraA);
    expect(await other.hear('error')).toMatchObject({ code: 'unknown_camera' });
    await set('disabled_at = now()');
    await waitFor(() => other.closed?.code === 4401, 'closing');
    expect(await harness.refusal({})).toBe(401);
    await set(`role = 'admin', all_cameras = true, disabled_at = null`);
  });

  it('when it does not say that it still watches, and not when it does', async () => {
    await harness.restart({}, { maxWatchMs: 150, keepWatchingAnswerMs: 400 });
    const viewer = await harness.open();
    viewer.watch(cameraA);
    await viewer.hear('viewerResponse');
    await viewer.hear('keepWatching');
    viewer.send({ type: 'keepWatching' });
    await waitFor(() => viewer.all('keepWatching').length === 2, 'the second question');
    expect(viewer.all('status').some(({ state }) => state === 'ended')).toBe(false);
    await viewer.status('ended');
    await viewer.close();
  });

  it('when the process stops: told, and the camera is stopped', async () => {
    await harness.restart();
    harness.broker.messages.length = 0;
    const viewer = await harness.open();
    viewer.watch(cameraA);
    await viewer.hear('viewerResponse');
    await waitFor(() => harness.broker.commands().includes('play'), 'play');
    await harness.restart();
    // Not `ended`: the page tries again by itself.
    expect(viewer.all('status').at(-1)?.state).toBe('retrying');
    expect(harness.broker.commands().at(-1)).toBe('stop');
    expect(harness.kurento.objects.size).toBe(0);
    await waitFor(() => viewer.closed?.code === 1012, 'closing');
  });
});
