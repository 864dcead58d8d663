/**
 * Media of events: contract §5.4 byte for byte, several recordings joined, nothing but the files meant, MP4 by a real
 * ffmpeg.
 */
import { execFileSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';
import { cameraA, startHarness, writeIn, type Harness } from './dashboard.helpers.ts';
import { ffmpegWorks } from '@apiary/recordings/mp4-remux';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(50)]);
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(50)]);
const ffmpeg = await ffmpegWorks();
if (!ffmpeg) console.log('skipped: MP4 downloads, because ffmpeg is not installed');

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await harness.insertCamera(cameraA);
});
afterAll(() => harness.stop());

function encrypt(clear: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, Buffer.alloc(16));
  return Buffer.concat([cipher.update(clear), cipher.final()]);
}

describe('thumbnail', () => {
  it.each([
    ['jpg', jpeg, 'image/jpeg'],
    ['png', png, 'image/png'],
  ])('%s is sent as it is and kept by the browser alone', async (ending, bytes, type) => {
    const path = `uploads/${cameraA}/pic.${ending}`;
    await writeIn(harness.dataDir, path, bytes);
    await harness.insertEvent(`pic-${ending}`, { thumbnail_path: path });
    const answer = await harness.call('GET', `/api/media/thumbnail/pic-${ending}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.bytes.equals(bytes)).toBe(true);
    expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  });

  it('is 404 when there is none, when its file is gone, when it lies outside the uploads', async () => {
    const secret = join(harness.dataDir, 'secret.jpg');
    await writeFile(secret, jpeg);
    await mkdir(join(harness.dataDir, 'uploads-not'), { recursive: true });
    await writeFile(join(harness.dataDir, 'uploads-not', 'x.jpg'), jpeg);
    await symlink(secret, join(harness.dataDir, 'uploads', 'link.jpg'));
    const paths = [
      null,
      'uploads/gone.jpg',
      'secret.jpg',
      'uploads/../secret.jpg',
      'uploads/link.jpg',
      'uploads-not/x.jpg',
      'uploads',
    ];
    for (const [index, path] of paths.entries()) {
      await harness.insertEvent(`no-pic-${index}`, { thumbnail_path: path });
      const answer = await harness.call('GET', `/api/media/thumbnail/no-pic-${index}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('playlist of one recording', () => {
  const id = '7f1f6a1e-0000-4000-8000-000000000001';
  const key = randomBytes(16);
  const segments = { 2: randomBytes(400), 10: randomBytes(300) };
  beforeAll(async () => {
    await harness.insertEvent(id);
    await harness.insertRecording(id, { sequence: 1, key, segments });
  });

  it('is the text of the contract, byte for byte', async () => {
    const answer = await harness.call('GET', `/api/media/playlist/${id}.m3u8`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    expect(answer.text).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:3',
        '#EXT-X-TARGETDURATION:3',
        '#EXT-X-MEDIA-SEQUENCE:0',
        `#EXT-X-KEY:METHOD=AES-128,URI="/api/media/key/${id}",IV=0x00000000000000000000000000000000`,
        '#EXTINF:3.0,',
        `/api/media/segment/${id}/2.ts`,
        '#EXTINF:3.0,',
        `/api/media/segment/${id}/10.ts`,
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    );
  });

  it('leads to the key and to the segments as stored, with ranges', async () => {
    const keyAnswer = await harness.call('GET', `/api/media/key/${id}`);
    expect(keyAnswer.bytes.equals(key)).toBe(true);
    expect(keyAnswer.headers.get('content-type')).toBe('application/octet-stream');
    const segment = await harness.call('GET', `/api/media/segment/${id}/10.ts`);
    expect(segment.headers.get('content-type')).toBe('video/MP2T');
    expect(segment.bytes.equals(segments[10])).toBe(true);
    const part = await harness.call('GET', `/api/media/segment/${id}/10.ts`, {
      headers: { range: 'bytes=5-9' },
    });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 5-9/300']);
    expect(part.bytes.equals(segments[10].subarray(5, 10))).toBe(true);
  });

  it.each([
    '3.ts',
    '02.tsx',
    '..%2F..%2Faes.key',
    'aes.key',
    '2',
    '-2.ts',
    '99999999999999999999-2.ts',
    '%00.ts',
  ])('knows no segment %s', async (name) => {
    const { status } = await harness.call('GET', `/api/media/segment/${id}/${name}`);
    expect(status === 404 || status === 400).toBe(true);
  });

  it('is one audit line, all its requests together, and a segment asked for by itself one too', async () => {
    const { rows } = await harness.database.pool.query<{ action: string; camera_id: string }>(
      'select action, camera_id from audit_log where event_id = $1',
      [id],
    );
    expect(rows).toEqual([{ action: 'recording_viewed', camera_id: cameraA }]);
    const cookie = await harness.logIn();
    const playlist = await harness.call('GET', `/api/media/playlist/${encodeURIComponent(id)}.m3u8`);
    const segment = playlist.text.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
    expect((await harness.call('GET', segment, { cookie })).status).toBe(200);
    const { rows: after } = await harness.database.pool.query('select 1 from audit_log where event_id = $1', [
      id,
    ]);
    expect(after).toHaveLength(2);
  });

  it('is 404 for an event without recording or an unknown one', async () => {
    await harness.insertEvent('nothing');
    for (const path of [
      'playlist/nothing.m3u8',
      'key/nothing',
      'segment/nothing/0.ts',
      'download/nothing',
      'playlist/unknown.m3u8',
    ])
      expect((await harness.call('GET', `/api/media/${path}`)).status).toBe(404);
  });
});

describe('several recordings', () => {
  it('are joined in order, each with its own key or none', async () => {
    const [first, third] = [randomBytes(16), randomBytes(16)];
    await harness.insertEvent('many');
    const r3 = await harness.insertRecording('many', {
      sequence: 10,
      key: third,
      segments: { 0: Buffer.from('third') },
    });
    const r2 = await harness.insertRecording('many', { sequence: 2, segments: { 0: Buffer.from('second') } });
    const r1 = await harness.insertRecording('many', {
      sequence: 1,
      key: first,
      segments: { 0: Buffer.from('first') },
    });
    const { text } = await harness.call('GET', '/api/media/playlist/many.m3u8');
    const iv = 'IV=0x00000000000000000000000000000000';
    expect(text.split('\n').slice(4)).toEqual([
      `#EXT-X-KEY:METHOD=AES-128,URI="/api/media/key/many?recording=${r1}",${iv}`,
      '#EXTINF:3.0,',
      `/api/media/segment/many/${r1}-0.ts`,
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-KEY:METHOD=NONE',
      '#EXTINF:3.0,',
      `/api/media/segment/many/${r2}-0.ts`,
      '#EXT-X-DISCONTINUITY',
      `#EXT-X-KEY:METHOD=AES-128,URI="/api/media/key/many?recording=${r3}",${iv}`,
      '#EXTINF:3.0,',
      `/api/media/segment/many/${r3}-0.ts`,
      '#EXT-X-ENDLIST',
      '',
    ]);
    expect((await harness.call('GET', `/api/media/key/many?recording=${r3}`)).bytes.equals(third)).toBe(true);
    expect((await harness.call('GET', '/api/media/key/many')).bytes.equals(first)).toBe(true);
    expect((await harness.call('GET', `/api/media/segment/many/${r2}-0.ts`)).text).toBe('second');
    expect((await harness.call('GET', `/api/media/key/many?recording=${r2}`)).status).toBe(404);
    // Another event's recording is not ours to name.
    await harness.insertEvent('other');
    const foreign = await harness.insertRecording('other', {
      sequence: 1,
      key: first,
      segments: { 0: Buffer.from('x') },
    });
    expect((await harness.call('GET', `/api/media/key/many?recording=${foreign}`)).status).toBe(404);
    expect((await harness.call('GET', `/api/media/segment/many/${foreign}-0.ts`)).status).toBe(404);
  });
});

describe.skipIf(!ffmpeg)('download', () => {
  /** Two clips of 3 s whose clocks both start at zero, as cameras' files do. */
  let clips: Buffer[];
  const key = randomBytes(16);
  beforeAll(async () => {
    await using dir = await tempDir();
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=3'],
      ...[
        '-f',
        'lavfi',
        '-i',
        'sine=duration=3',
        '-c:v',
        'libx264',
        '-g',
        '10',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'aac',
      ],
      ...['-f', 'mpegts', join(dir.path, 'clip.ts')],
    ]);
    const clip = await readFile(join(dir.path, 'clip.ts'));
    clips = [clip, clip];
    await harness.insertEvent('film "x"', { start_timestamp: new Date('2026-11-24T10:11:12Z') });
    const [one, two] = clips;
    if (one === undefined || two === undefined) throw new Error('no clips');
    await harness.insertRecording('film "x"', { sequence: 1, key, segments: { 0: encrypt(one, key) } });
    await harness.insertRecording('film "x"', { sequence: 2, segments: { 0: two } });
  });
  const path = `/api/media/download/${encodeURIComponent('film "x"')}`;

  it('is one MP4 of all recordings, index in front, made once for many who ask', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => harness.call('GET', path)));
    const [answer] = answers;
    if (answer === undefined) throw new Error('no answer');
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="recording_film__x__20261124_101112.mp4"',
    );
    expect(answer.bytes.indexOf('moov')).toBeLessThan(answer.bytes.indexOf('mdat'));
    const files = await readdir(join(harness.dataDir, 'cache', 'downloads'));
    expect(files).toHaveLength(1);
    const probe = JSON.parse(
      execFileSync('ffprobe', [
        ...['-v', 'error', '-show_entries', 'format=duration:stream=codec_name', '-of', 'json'],
        join(harness.dataDir, 'cache', 'downloads', files[0] ?? ''),
      ]).toString(),
    ) as { format: { duration: string }; streams: { codec_name: string }[] };
    expect(probe.streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
    expect(Number(probe.format.duration)).toBeGreaterThan(5.8);
    expect(Number(probe.format.duration)).toBeLessThan(6.4);
    const range = await harness.call('GET', path, { headers: { range: 'bytes=4-7' } });
    expect([range.status, range.text]).toEqual([206, 'ftyp']);
    const { rows } = await harness.database.pool.query(
      "select 1 from audit_log where action = 'recording_downloaded'",
    );
    expect(rows).toHaveLength(3);
  });

  it('of something that is no video says so and leaves nothing behind', async () => {
    await harness.insertEvent('broken');
    await harness.insertRecording('broken', { sequence: 1, key, segments: { 0: randomBytes(1000) } });
    const answer = await harness.call('GET', '/api/media/download/broken');
    expect([answer.status, answer.json]).toMatchObject([500, { error: { code: 'conversion_failed' } }]);
    const files = await readdir(join(harness.dataDir, 'cache', 'downloads'));
    expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
