/**
 * Uploads end to end over TLS into a real PostgreSQL and real files: both orders of upload and start, repeats, several
 * recordings, hostile names, foreign events, bad archives, a database that goes away, size limits.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDatabase, waitFor, type TestDatabase } from '@apiary/test-support';
import {
  cameraA,
  cameraB,
  jpeg,
  noise,
  recordingZip,
  startTestServer,
  thumbnailZip,
  upload,
  zip,
  type TestServer,
} from '../test-server.helpers.ts';

let database: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  database = await startTestDatabase();
  server = await startTestServer(database, { UPLOAD_MAX_BYTES: '5000000' });
});
beforeEach(() => database.clear());
afterAll(async () => {
  await server.stop();
  await database.stop();
});

interface EventRow {
  camera_id: string;
  activity_type: string;
  kind: string;
  start_source: string;
  start_received_at: Date | null;
  upload_status: string;
  recording_count: number;
  recording_seconds: number | null;
  recording_size: number | null;
  recording_path: string | null;
  recording_filename: string | null;
  thumbnail_path: string | null;
}
async function eventRow(eventId: string): Promise<EventRow | undefined> {
  const { rows } = await database.pool.query<EventRow>('select * from activity_events where event_id = $1', [
    eventId,
  ]);
  return rows[0];
}
async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(`select * from ${table} order by 1`)).rows;
}
const onDisk = (path: unknown): string => join(server.dataDir, String(path));

/** What the mqtt-processor does with a start message, as far as it matters here. */
async function start(cameraId: string, eventId: string): Promise<void> {
  await database.pool.query(
    `insert into camera_registry (camera_id, camera_name) values ($1, 'Front door') on conflict do nothing`,
    [cameraId],
  );
  await database.pool.query(
    `insert into activity_events (event_id, camera_id, activity_type, kind, start_timestamp, start_source, start_received_at)
     values ($2, $1, 'MOTION_SMART', 'person', '2026-01-01Z', 'camera', now())
     on conflict (event_id) do update set start_source = 'camera', start_received_at = now()`,
    [cameraId, eventId],
  );
}

describe('a recording', () => {
  it('of an unknown event makes camera and event with receipt time', async () => {
    const eventId = randomUUID();
    const answer = await upload(server, {
      category: 'activity',
      eventId,
      activityType: 'AUDIO_ALL',
      body: recordingZip(3),
    });
    expect(answer).toMatchObject({ status: 200, text: '', headers: { 'content-length': '0' } });
    const row = await eventRow(eventId);
    expect(row).toMatchObject({
      camera_id: cameraA,
      activity_type: 'AUDIO_ALL',
      kind: 'sound',
      start_source: 'upload',
      start_received_at: null,
      upload_status: 'completed',
      recording_count: 1,
      recording_seconds: 9,
      recording_filename: `${eventId}-1-0.zip`,
      recording_path: `uploads/${cameraA}/${eventId}/1-0`,
    });
    expect(await rowsOf('event_recordings')).toMatchObject([
      { sequence: 1, part: 0, variant: '1080p', segments: [0, 1, 2], encrypted: true },
    ]);
    expect(await readFile(join(onDisk(row?.recording_path), 'aes.key'))).toEqual(noise(16));
    expect(await readFile(join(onDisk(row?.recording_path), '1080p', '2.ts'))).toEqual(noise(3000, 3));
    expect(await rowsOf('camera_registry')).toMatchObject([{ camera_name: `Camera ${cameraA.slice(-8)}` }]);
    expect(await rowsOf('file_uploads')).toMatchObject([{ status: 'stored', category: 'activity' }]);
  });

  it('of a known event changes neither name nor start', async () => {
    const eventId = randomUUID();
    await start(cameraA, eventId);
    await upload(server, { category: 'activity', eventId, activityType: 'MOTION', body: recordingZip() });
    expect(await eventRow(eventId)).toMatchObject({
      activity_type: 'MOTION_SMART',
      start_source: 'camera',
      upload_status: 'completed',
    });
    expect(await rowsOf('camera_registry')).toMatchObject([{ camera_name: 'Front door' }]);
    const [camera] = await rowsOf('camera_registry');
    expect(camera?.['last_seen']).toBeInstanceOf(Date);
  });

  it('is followed by others, none overwrites another, in whatever order they come', async () => {
    const eventId = randomUUID();
    for (const [name, seed] of [
      ['2-0', 20],
      ['1-0', 10],
      ['1-0', 11],
      ['1-1', 12],
    ] as const)
      await upload(server, {
        category: 'activity',
        eventId,
        fileName: `${eventId}-${name}.zip`,
        body: recordingZip(2, seed),
      });
    const { rows } = await database.pool.query<{ path: string; sequence: number; part: number }>(
      'select * from event_recordings order by sequence, part, recording_id',
    );
    expect(rows.map((row) => `${row.sequence}-${row.part}`)).toEqual(['1-0', '1-0', '1-1', '2-0']);
    expect(new Set(rows.map((row) => row.path)).size).toBe(4);
    for (const [index, seed] of [10, 11, 12, 20].entries())
      expect(await readFile(join(onDisk(rows[index]?.path), 'aes.key'))).toEqual(noise(16, seed));
    expect(await eventRow(eventId)).toMatchObject({
      recording_count: 4,
      recording_seconds: 24,
      recording_path: `uploads/${cameraA}/${eventId}/2-0`,
    });
  });

  it('sent again, ten times at once too, is one', async () => {
    const eventId = randomUUID();
    const body = recordingZip();
    const send = () => upload(server, { category: 'activity', eventId, body });
    await send();
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200));
    expect(await eventRow(eventId)).toMatchObject({
      recording_count: 1,
      recording_seconds: 6,
      recording_size: body.length,
    });
    expect(await rowsOf('file_uploads')).toHaveLength(1);
    expect(await readdir(join(server.dataDir, 'uploads', cameraA, eventId))).toEqual(['1-0']);
  });

  it('many of one event at once are all counted', async () => {
    const eventId = randomUUID();
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        upload(server, {
          category: n % 4 === 0 ? 'thumbnail' : 'activity',
          eventId,
          fileName: `${eventId}-${n}-0.zip`,
          body: n % 4 === 0 ? thumbnailZip(500 + n) : recordingZip(1, n + 1),
        }),
      ),
    );
    expect(await eventRow(eventId)).toMatchObject({ recording_count: 9, recording_seconds: 27 });
    expect((await rowsOf('outbox')).filter((row) => row['topic'] === 'event-thumbnail')).toHaveLength(1);
  });

  it.each([700_000, 4_900_000])('of %i bytes arrives whole', async (size) => {
    const eventId = randomUUID();
    const body = zip({ '/1080p/0.ts': noise(size) });
    expect((await upload(server, { category: 'activity', eventId, body })).status).toBe(200);
    const path = onDisk((await eventRow(eventId))?.recording_path);
    expect((await readFile(join(path, '1080p', '0.ts'))).equals(noise(size))).toBe(true);
  });

  it('in 720p, in the clear, and with a key in hexadecimal', async () => {
    const [clear, hex] = [randomUUID(), randomUUID()];
    await upload(server, {
      category: 'activity',
      eventId: clear,
      body: zip({ '720p/10.ts': 'x', '720p/9.ts': 'y' }),
    });
    await upload(server, {
      category: 'activity',
      eventId: hex,
      body: zip({ '720p/0.ts': 'x', '1080p/0.ts': 'y', 'aes.key': '000102030405060708090a0b0c0d0e0F\n' }),
    });
    expect(await rowsOf('event_recordings')).toMatchObject([
      { variant: '720p', segments: [9, 10], encrypted: false },
      { variant: '1080p', segments: [0], encrypted: true },
    ]);
    expect(await readFile(join(onDisk((await eventRow(hex))?.recording_path), 'aes.key'))).toEqual(
      Buffer.from([...Array(16).keys()]),
    );
  });

  it('with an empty segment and entries nobody asked for', async () => {
    const eventId = randomUUID();
    const before = server.server.counters.get('zip_entries_ignored');
    await upload(server, {
      category: 'activity',
      eventId,
      body: zip({ '1080p/0.ts': '', '1080p/notes.txt': 'x', 'etc/passwd': 'y', 'a/1080p/0.ts': 'z' }),
    });
    const row = await eventRow(eventId);
    expect(row).toMatchObject({ recording_seconds: 3, upload_status: 'completed' });
    expect((await readdir(onDisk(row?.recording_path))).sort()).toEqual(['.sha256', '1080p']);
    expect(server.server.counters.get('zip_entries_ignored') - before).toBe(3);
  });
});

describe('a thumbnail', () => {
  it('before the start is attached and told to the outbox, the event stays pending', async () => {
    const eventId = randomUUID();
    await upload(server, { category: 'thumbnail', eventId, body: thumbnailZip() });
    const row = await eventRow(eventId);
    expect(row).toMatchObject({ upload_status: 'pending', start_source: 'upload', recording_count: 0 });
    expect(row?.thumbnail_path).toMatch(/\.jpg$/);
    expect(await readFile(onDisk(row?.thumbnail_path))).toEqual(jpeg());
    expect(await rowsOf('outbox')).toMatchObject([
      { topic: 'event-thumbnail', camera_id: cameraA, event_id: eventId },
    ]);
    await start(cameraA, eventId);
    expect((await eventRow(eventId))?.thumbnail_path).toBe(row?.thumbnail_path);
  });

  it('of a known event is attached; a second picture is kept but attached to nothing', async () => {
    const eventId = randomUUID();
    await start(cameraA, eventId);
    await upload(server, { category: 'thumbnail', eventId, body: thumbnailZip(100) });
    const first = (await eventRow(eventId))?.thumbnail_path;
    await upload(server, { category: 'thumbnail', eventId, body: thumbnailZip(200) });
    // The notifier has dealt with the first: no second row for a picture that is not the event's.
    expect((await eventRow(eventId))?.thumbnail_path).toBe(first);
    expect(await rowsOf('outbox')).toHaveLength(1);
    const uploads = await rowsOf('file_uploads');
    expect(uploads).toHaveLength(2);
    for (const { file_path } of uploads) expect(existsSync(onDisk(file_path))).toBe(true);
  });

  it('sent again after the outbox was drained tells nothing', async () => {
    const eventId = randomUUID();
    const send = () => upload(server, { category: 'thumbnail', eventId, body: thumbnailZip() });
    await send();
    await database.pool.query('delete from outbox');
    await send();
    expect(await rowsOf('outbox')).toEqual([]);
  });

  it('may come as a bare picture, small or large, JPEG or PNG', async () => {
    const png = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      noise(400_000),
    ]);
    for (const body of [jpeg(50), jpeg(400_000), png]) {
      const eventId = randomUUID();
      await upload(server, { category: 'thumbnail', eventId, fileName: 'x.jpg', body });
      const path = (await eventRow(eventId))?.thumbnail_path;
      expect(path).toMatch(body === png ? /\.png$/ : /\.jpg$/);
      expect((await readFile(onDisk(path))).equals(body)).toBe(true);
    }
  });
});

describe('names', () => {
  it('of the event: header, else what the presign call said, else the file name', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const presign = async (fileName: string, metadata: object): Promise<string> => {
      const { text } = await server.call('POST', '/fileservice/presignedUploadUrl', {
        body: JSON.stringify({ fileName, category: 'activity', metadata }),
      });
      return new URL((JSON.parse(text) as { url: string }).url).pathname;
    };
    const bare = await presign(`${ids[0]}-3-1.zip`, { 'x-amz-meta-sourceId': cameraA });
    const told = await presign('clip.zip', {
      'x-amz-meta-sourceId': cameraA,
      'x-amz-meta-eventId': ids[1],
      'X-AMZ-Meta-ActivityType': 'MOTION_SMART',
    });
    expect((await server.call('PUT', bare, { body: recordingZip(1, 1) })).status).toBe(200);
    expect((await server.call('PUT', told, { body: recordingZip(1, 2) })).status).toBe(200);
    expect(
      (
        await server.call('PUT', bare, {
          body: recordingZip(1, 3),
          headers: { 'X-Amz-Meta-EventId': ids[2] ?? '' },
        })
      ).status,
    ).toBe(200);
    expect(await rowsOf('event_recordings')).toMatchObject([
      { event_id: ids[0], sequence: 3, part: 1 },
      { event_id: ids[1], sequence: 0, part: 0 },
      { event_id: ids[2], sequence: 3, part: 1 },
    ]);
    expect(await eventRow(ids[1] ?? '')).toMatchObject({ kind: 'person' });
  });

  it.each([
    '../../../../etc/passwd',
    '/etc/passwd',
    '..',
    'evt_1',
    'Ereignis ä/\\:*?"<>|',
    'x'.repeat(128),
    "'; drop table activity_events; --",
  ])('of an event may be anything: %s', async (eventId) => {
    const { status } = await upload(server, {
      category: 'activity',
      eventId,
      fileName: '../../x-1-0.zip',
      body: recordingZip(1),
      headers: { 'x-amz-meta-eventId': Buffer.from(eventId).toString('latin1') },
    });
    expect(status).toBe(200);
    const path = (await eventRow(eventId))?.recording_path;
    expect(path).toMatch(new RegExp(`^uploads/${cameraA}/id-[A-Za-z0-9_-]{43}/1-0$`));
    expect(existsSync(join(onDisk(path), '1080p', '0.ts'))).toBe(true);
  });

  it('that climb stay in the upload folder or are refused', async () => {
    const body = recordingZip(1);
    const eventId = randomUUID();
    for (const path of [
      `/fileservice/upload/${cameraA}/../../x/y/z.zip`,
      `/fileservice/upload/${cameraA}/%2e%2e/id/z.zip`,
      `/fileservice/upload/${cameraA}/activity/id/..%2f..%2fz.zip`,
      `/fileservice/upload/..%2f..%2fetc/activity/id/z.zip`,
      `/fileservice/upload/${cameraA}/activity/id/a%00b.zip`,
      `/fileservice/upload/not-an-id/activity/id/z.zip`,
    ])
      expect((await server.call('PUT', path, { body })).status, path).toBe(400);
    const query = new URLSearchParams({ sourceId: cameraA, eventId, fileName: '../../../../tmp/evil.zip' });
    expect(
      (await server.call('POST', `/hivecam/upload?${query.toString()}&category=../x`, { body })).status,
    ).toBe(400);
    expect(
      (await server.call('POST', `/hivecam/upload?${query.toString()}&category=odd`, { body })).status,
    ).toBe(200);
    expect(await rowsOf('file_uploads')).toMatchObject([
      {
        category: 'odd',
        filename: 'tmp_evil.zip',
        file_path: expect.stringMatching(
          /^uploads\/[0-9A-F]{32}\/files\/odd\/[0-9a-f]{16}-tmp_evil\.zip$/,
        ) as string,
      },
    ]);
    expect(
      (await readdir(join(server.dataDir, 'uploads'))).every((name) =>
        /^(\.incoming|\.trash|\.quarantine|[0-9A-F]{32})$/.test(name),
      ),
    ).toBe(true);
  });

  it('of a presigned address are plain ASCII, whatever was asked for', async () => {
    for (const fileName of ['ü/../<x>?.zip', '', '....', 'a b%.zip', 'ok-1-0.zip']) {
      const { text, headers } = await server.call('POST', '/fileservice/presignedUploadUrl', {
        body: JSON.stringify({
          fileName,
          category: '../..',
          metadata: { 'x-amz-meta-sourceId': '../../x', odd: { a: 1 } },
        }),
      });
      const reply = JSON.parse(text) as { url: string };
      expect(Object.keys(reply)).toEqual(['url']);
      expect(reply.url).toMatch(
        /^https:\/\/127\.0\.0\.1:\d+\/fileservice\/upload\/unknown\/unknown\/[0-9a-f-]{36}\/[A-Za-z0-9._-]+$/,
      );
      expect(headers['content-type']).toBe('application/json');
    }
  });

  it('missing from a presign call', async () => {
    expect((await server.call('POST', '/fileservice/presignedUploadUrl')).status).toBe(400);
    for (const body of ['{', '[]', '"x"', '{"fileName":1}']) {
      const answer = await server.call('POST', '/fileservice/presignedUploadUrl', { body });
      expect(answer).toMatchObject({ status: 500, text: '{"code":"FS2001","message":"Unexpected Error"}' });
    }
    const { status } = await server
      .call('POST', 'fileservice//presignedUploadUrl/', { body: '{}' })
      .catch(() => server.call('POST', '//fileservice//presignedUploadUrl/', { body: '{}' }));
    expect(status).toBe(200);
  });
});

describe('POST /hivecam/upload', () => {
  it('takes raw bodies: names from headers, query, or made up', async () => {
    const eventId = randomUUID();
    const headers = { 'x-amz-meta-sourceId': cameraA, 'x-amz-meta-eventId': eventId };
    expect((await server.call('POST', '/hivecam/upload', { headers, body: recordingZip(1, 1) })).status).toBe(
      200,
    );
    expect(
      (
        await server.call('POST', '/hivecam/upload?category=thumbnail&fileName=a-1-1.zip', {
          headers,
          body: thumbnailZip(),
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await server.call('POST', '/hivecam/upload', {
          headers: {
            ...headers,
            'x-amz-meta-fileName': `${eventId}-2-0.zip`,
            'x-amz-meta-category': 'activity',
          },
          body: recordingZip(1, 2),
        })
      ).status,
    ).toBe(200);
    const row = await eventRow(eventId);
    expect(row).toMatchObject({ recording_count: 2, recording_seconds: 6 });
    expect(row?.thumbnail_path).not.toBeNull();
    expect((await server.call('POST', '/hivecam/upload', { body: 'x' })).status).toBe(400);
    expect((await server.call('POST', '/hivecam/upload', { headers })).status).toBe(400);
  });

  it('takes multipart forms, fields before or after the file', async () => {
    const form = (
      parts: [string, string | Buffer, string?][],
    ): { body: Buffer; headers: Record<string, string> } => ({
      headers: { 'Content-Type': 'multipart/form-data; boundary=XX' },
      body: Buffer.concat([
        ...parts.map(([name, value, fileName]) =>
          Buffer.concat([
            Buffer.from(
              `--XX\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\n`,
            ),
            Buffer.from(value as Buffer),
            Buffer.from('\r\n'),
          ]),
        ),
        Buffer.from('--XX--\r\n'),
      ]),
    });
    const eventId = randomUUID();
    const good = form([
      ['sourceId', cameraA],
      ['file', recordingZip(2, 5), `${eventId}-4-0.zip`],
      ['x-amz-meta-activityType', 'MOTION_SMART'],
    ]);
    expect((await server.call('POST', '/hivecam/upload', good)).status).toBe(200);
    expect(await eventRow(eventId)).toMatchObject({ kind: 'person', recording_count: 1 });
    expect(await rowsOf('event_recordings')).toMatchObject([{ sequence: 4, part: 0 }]);

    for (const bad of [
      form([['sourceId', cameraA]]),
      form([['file', recordingZip(1), 'x.zip']]),
      form([
        ['sourceId', cameraA],
        ['file', '', 'x.zip'],
      ]),
      form([
        ['sourceId', cameraA],
        ['a', 'x', 'a.zip'],
        ['b', 'y', 'b.zip'],
      ]),
      { ...good, body: good.body.subarray(0, 300) },
    ])
      expect((await server.call('POST', '/hivecam/upload', bad)).status).toBe(400);
    const large = form([
      ['sourceId', cameraA],
      ['file', noise(5_000_100), 'x.zip'],
    ]);
    expect((await server.call('POST', '/hivecam/upload', large)).status).toBe(413);
    expect(await readdir(join(server.dataDir, 'uploads', '.incoming'))).toEqual([]);
  });
});

describe('quarantine', () => {
  it('keeps a bad archive with its reason, answers 200, marks the event while nothing good exists', async () => {
    const eventId = randomUUID();
    const bad = Buffer.concat([Buffer.from('PK\u0003\u0004'), noise(500)]);
    expect((await upload(server, { category: 'activity', eventId, body: bad })).status).toBe(200);
    expect(await eventRow(eventId)).toMatchObject({ upload_status: 'quarantined', recording_count: 0 });
    const [row] = await rowsOf('file_uploads');
    expect(row).toMatchObject({
      status: 'quarantined',
      reason: expect.stringContaining('not a sound ZIP') as string,
    });
    expect(await readFile(onDisk(row?.['file_path']))).toEqual(bad);
    expect(JSON.parse(await readFile(`${onDisk(row?.['file_path'])}.json`, 'utf8'))).toMatchObject({
      eventId,
    });

    await upload(server, {
      category: 'activity',
      eventId,
      fileName: `${eventId}-2-0.zip`,
      body: recordingZip(),
    });
    expect(await eventRow(eventId)).toMatchObject({ upload_status: 'completed', recording_count: 1 });
    await upload(server, { category: 'activity', eventId, fileName: `${eventId}-3-0.zip`, body: bad });
    expect(await eventRow(eventId)).toMatchObject({ upload_status: 'completed', recording_count: 1 });
  });

  it('of a bad picture ends with a good one', async () => {
    const eventId = randomUUID();
    await upload(server, { category: 'thumbnail', eventId, body: zip({ 'a.jpg': '<script>' }) });
    expect(await eventRow(eventId)).toMatchObject({ upload_status: 'quarantined', thumbnail_path: null });
    await upload(server, { category: 'thumbnail', eventId, body: thumbnailZip() });
    expect(await eventRow(eventId)).toMatchObject({ upload_status: 'pending' });
  });

  it("takes what names another camera's event, whose row and files stay as they are", async () => {
    const eventId = randomUUID();
    await upload(server, { category: 'activity', eventId, body: recordingZip(2, 1) });
    const before = await eventRow(eventId);
    for (const [category, body] of [
      ['activity', recordingZip(2, 9)],
      ['activity', recordingZip(2, 1)],
      ['thumbnail', thumbnailZip()],
      ['activity', Buffer.from('nonsense')],
    ] as const)
      expect((await upload(server, { cameraId: cameraB, category, eventId, body })).status).toBe(200);
    expect(await eventRow(eventId)).toEqual(before);
    const foreign = (await rowsOf('file_uploads')).filter((row) => row['camera_id'] === cameraB);
    expect(foreign).toHaveLength(4);
    for (const row of foreign) {
      expect(row['status']).toBe('quarantined');
      expect(row['file_path']).toMatch(/^uploads\/\.quarantine\//);
    }
    expect(server.server.counters.get('uploads_foreign_event')).toBe(3);
    expect(await rowsOf('event_recordings')).toHaveLength(1);
    expect(existsSync(join(server.dataDir, 'uploads', cameraB, eventId))).toBe(false);
  });
});

describe('when things go wrong', () => {
  it('a sender that stops half way leaves nothing', async () => {
    const socket = tlsConnect({ host: '127.0.0.1', port: server.port, ca: server.ca }, () => {
      socket.write(
        Buffer.concat([
          Buffer.from(
            `PUT /fileservice/upload/${cameraA}/activity/id/x.zip HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n`,
          ),
          noise(1_000_000),
        ]),
        () => setTimeout(() => socket.destroy(), 50),
      );
    });
    socket.on('error', () => undefined);
    await waitFor(() => server.server.counters.get('uploads_truncated') === 1, 'the upload to end');
    await waitFor(
      async () => (await readdir(join(server.dataDir, 'uploads', '.incoming'))).length === 0,
      'clean-up',
    );
    expect(await rowsOf('file_uploads')).toEqual([]);
  });

  it('more than the limit is 413, with a length or without', async () => {
    const path = `/fileservice/upload/${cameraA}/activity/id/x.zip`;
    const chunked = { 'Transfer-Encoding': 'chunked' };
    const before = server.server.counters.get('uploads_too_large');
    expect((await server.call('PUT', path, { headers: chunked, body: noise(5_000_001) })).status).toBe(413);
    expect((await server.call('PUT', path, { body: noise(5_100_000) })).status).toBe(413);
    expect(server.server.counters.get('uploads_too_large') - before).toBe(2);
    expect(await readdir(join(server.dataDir, 'uploads', '.incoming'))).toEqual([]);
  });

  it('a database that restarts costs a 503 at most; what was acknowledged is there', async () => {
    const eventId = randomUUID();
    const sent = Array.from({ length: 40 }, (_, n) => ({ n, body: recordingZip(1, n + 1) }));
    const statuses: number[] = [];
    const restarted = database.restart();
    for (const { n, body } of sent) {
      const file = { category: 'activity', eventId, fileName: `${eventId}-${n}-0.zip`, body };
      statuses.push((await upload(server, file)).status);
    }
    await restarted;
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
    const acknowledged = sent.filter((_, index) => statuses[index] === 200).map(({ n }) => n);
    const rows = await waitFor(() => rowsOf('event_recordings').catch(() => undefined), 'the database');
    const present = rows.map((row) => row['sequence']);
    expect(present).toEqual(expect.arrayContaining(acknowledged));
    expect(await readdir(join(server.dataDir, 'uploads', '.incoming'))).toEqual([]);
    // The camera tries again what was not acknowledged.
    for (const { n, body } of sent)
      await upload(server, { category: 'activity', eventId, fileName: `${eventId}-${n}-0.zip`, body });
    expect(await eventRow(eventId)).toMatchObject({ recording_count: 40, recording_seconds: 120 });
  });
});

describe('a hundred cameras at once', () => {
  it('lose nothing', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => n.toString(16).toUpperCase().padStart(32, 'A'));
    const answers = await Promise.all(
      ids.flatMap((cameraId, n) => {
        const eventId = randomUUID();
        return [
          upload(server, {
            cameraId,
            category: 'thumbnail',
            eventId,
            fileName: `${eventId}-1-1.zip`,
            body: thumbnailZip(n),
          }),
          upload(server, { cameraId, category: 'activity', eventId, body: recordingZip(2, n + 1) }),
        ];
      }),
    );
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from activity_events where recording_count = 1 and thumbnail_path is not null`,
    );
    expect(rows[0]?.n).toBe(100);
  });
});
