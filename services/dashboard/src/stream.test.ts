/** The stream of changes: live, resumed, after gaps, and when it must end. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { cameraSchema, commandOutcomeSchema, eventSchema } from './api-schemas.ts';
import type { Bootstrap } from './api-types.ts';
import { adminPassword, cameraA, startHarness, type Harness } from './dashboard.helpers.ts';
import { openStream, type OpenStream, type StreamedEvent } from './event-stream.helpers.ts';

let harness: Harness;
const open: OpenStream[] = [];
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.database.pool.query('truncate camera_registry cascade');
  await harness.insertCamera(cameraA);
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});

async function listen(query = '', headers: Record<string, string> = {}): Promise<OpenStream> {
  const stream = await openStream(harness.url(`/api/stream${query}`), { cookie: harness.cookie, ...headers });
  open.push(stream);
  return stream;
}
const heard = (stream: OpenStream, name: string, test: (data: StreamedEvent['data']) => boolean) =>
  waitFor(
    () => stream.events.find((event) => event.name === name && test(event.data)),
    `a ${name} with what the test waits for`,
  );
const revisionNow = async (): Promise<number> => {
  const bootstrap: Bootstrap = (await harness.call('GET', '/api/bootstrap')).json;
  return bootstrap.revision;
};

describe('live', () => {
  it('carries whole records of cameras, events and decided commands, id = revision', async () => {
    const streams = [await listen(), await listen()];
    expect(streams[0]?.headers['content-type']).toBe('text/event-stream');
    const { pool } = harness.database;
    await pool.query("update camera_registry set connection_status = 'connected', status = 'armed'");
    await harness.insertEvent('e1', { thumbnail_path: 'uploads/x.jpg' });
    await pool.query(
      `insert into camera_commands (request_id, camera_id, command, requested_by) values ('r1', $1, 'system/setmode', 'admin')`,
      [cameraA],
    );
    await pool.query("update camera_commands set outcome = 'confirmed', outcome_at = now()");
    for (const stream of streams) {
      const camera = await heard(stream, 'camera', (data) => data.mode === 'armed');
      expect(cameraSchema.parse(camera.data)).toMatchObject({ id: cameraA, connectionStatus: 'connected' });
      expect(camera.id).toBe(camera.data.revision);
      const event = await heard(stream, 'event', (data) => data.id === 'e1');
      expect(eventSchema.parse(event.data).thumbnailUrl).toBe('/api/media/thumbnail/e1');
      const command = await heard(stream, 'command', (data) => data.requestId === 'r1');
      expect(commandOutcomeSchema.parse(command.data)).toMatchObject({
        cameraId: cameraA,
        outcome: 'confirmed',
      });
      expect(stream.events.filter(({ name }) => name === 'command')).toHaveLength(1);
    }
  });

  it('loses none of a burst', async () => {
    const stream = await listen();
    await harness.database.pool.query(
      `insert into activity_events (event_id, camera_id, start_timestamp) select 'burst' || n, $1, now() from generate_series(1, 3000) n`,
      [cameraA],
    );
    await waitFor(
      () => new Set(stream.events.map(({ data }) => data.id)).size === 3000,
      'all events of the burst',
    );
  });
});

describe('resumed', () => {
  it('tells what changed since, by Last-Event-ID or ?after=', async () => {
    const revision = await revisionNow();
    await harness.insertEvent('missed');
    for (const stream of [
      await listen('', { 'last-event-id': String(revision) }),
      await listen(`?after=${revision}`),
      await listen('?after=0', { 'last-event-id': String(revision) }),
    ])
      await heard(stream, 'event', (data) => data.id === 'missed');
  });

  it('finds changes that took their number earlier but were committed later', async () => {
    const slow = new pg.Client(harness.database.owner);
    await slow.connect();
    await slow.query('begin');
    await slow.query("update camera_registry set camera_name = 'slow'");
    await harness.insertEvent('fast');
    const revision = await revisionNow();
    await slow.query('commit');
    await slow.end();
    await heard(await listen(`?after=${revision}`), 'camera', (data) => data.name === 'slow');
  });

  it('says reset when too much was missed, or when the revision is from another database', async () => {
    const revision = await revisionNow();
    await harness.database.pool.query(
      `insert into activity_events (event_id, camera_id, start_timestamp) select 'much' || n, $1, now() from generate_series(1, 1500) n`,
      [cameraA],
    );
    const stream = await listen(`?after=${revision}`);
    const reset = await heard(stream, 'reset', () => true);
    expect(reset.id).toBe(await revisionNow());
    expect(stream.events).toHaveLength(1);
    await heard(await listen('?after=999999999'), 'reset', () => true);
  });

  it('ignores a Last-Event-ID that is none', async () => {
    const stream = await listen('', { 'last-event-id': 'x; drop table' });
    await harness.insertEvent('after');
    await heard(stream, 'event', (data) => data.id === 'after');
  });

  it('goes on by itself after the database was away', async () => {
    const stream = await listen();
    await harness.insertEvent('before');
    await heard(stream, 'event', (data) => data.id === 'before');
    await harness.database.restart();
    await harness.insertEvent('meanwhile');
    await heard(stream, 'event', (data) => data.id === 'meanwhile');
    expect(stream.ended).toBe(false);
  });
});

describe('ends', () => {
  it('with logout', async () => {
    const cookie = await harness.logIn();
    const stream = await listen('', { cookie });
    const other = await listen();
    await harness.call('POST', '/api/auth/logout', { cookie });
    await waitFor(() => stream.ended, 'the end of the stream');
    expect(other.ended).toBe(false);
  });

  it('with a change of password elsewhere', async () => {
    const cookie = await harness.logIn();
    const stream = await listen('', { cookie });
    const change = (currentPassword: string, newPassword: string) =>
      harness.call('POST', '/api/auth/password', { body: { currentPassword, newPassword } });
    expect((await change(adminPassword, 'copper lantern violet harbour')).status).toBe(204);
    await waitFor(() => stream.ended, 'the end of the stream');
    expect((await change('copper lantern violet harbour', adminPassword)).status).toBe(204);
  });

  it('without login before it begins', async () => {
    expect((await harness.call('GET', '/api/stream', { cookie: null })).status).toBe(401);
  });

  it('with the service', async () => {
    const stream = await listen();
    await harness.restart();
    await waitFor(() => stream.ended, 'the end of the stream');
  });
});
