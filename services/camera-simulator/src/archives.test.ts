/**
 * The files a camera uploads. The ZIP is read here by hand from its central directory, and the video is decrypted by the
 * openssl command: neither shares code with what made them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempDir } from '@apiary/test-support';
import { encryptSegment, recordingZip, thumbnailZip } from './archives.ts';
import { loadMedia, variantOf } from './media.ts';

const sample = fileURLToPath(new URL('../sample', import.meta.url));

/** Stored entries of a ZIP without extra features, straight from APPNOTE 4.3. */
function entriesOf(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const entries = new Map<string, Buffer>();
  for (let n = 0; n < count; n++) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const method = zip.readUInt16LE(at + 10);
    expect(method).toBe(0);
    const size = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    entries.set(name, zip.subarray(data, data + size));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

const zeroes = '0'.repeat(32);

describe('recording', () => {
  const { segments } = variantOf(loadMedia(sample), '0'.repeat(32));

  it('names entries with a leading slash and carries the raw key', () => {
    const entries = entriesOf(Buffer.from(recordingZip({ segments: segments.slice(0, 3), firstNumber: 14 })));
    expect([...entries.keys()]).toEqual(['/1080p/14.ts', '/1080p/15.ts', '/1080p/16.ts', '/aes.key']);
    expect(entries.get('/aes.key')).toHaveLength(16);
  });

  it('uses another key for every recording', () => {
    const keys = [1, 2].map(() =>
      entriesOf(Buffer.from(recordingZip({ segments })))
        .get('/aes.key')
        ?.toString('hex'),
    );
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('encrypts so that openssl decrypts with a zero IV', () => {
    const entries = entriesOf(Buffer.from(recordingZip({ segments })));
    const key = entries.get('/aes.key')?.toString('hex') ?? '';
    const encrypted = entries.get('/1080p/6.ts') ?? Buffer.alloc(0);
    expect(encrypted.equals(segments[6] ?? Buffer.alloc(0))).toBe(false);
    const clear = execFileSync('openssl', ['enc', '-d', '-aes-128-cbc', '-K', key, '-iv', zeroes], {
      input: encrypted,
    });
    expect(clear.equals(segments[6] ?? Buffer.alloc(0))).toBe(true);
  });

  it('pads a block of 16 bytes to two (PKCS#7), as the known answer says', () => {
    // Of 16 zero bytes under a zero key and IV, as `openssl enc -aes-128-cbc` gives it.
    expect(encryptSegment(Buffer.alloc(16), Buffer.alloc(16)).toString('hex')).toBe(
      '66e94bd4ef8a2c3b884cfa59ca342b2e9434dec2d00fdac765f00c0c11628cd1',
    );
  });

  it('is clear and without a key entry when told so', () => {
    const entries = entriesOf(Buffer.from(recordingZip({ segments: segments.slice(0, 1), key: null })));
    expect([...entries.keys()]).toEqual(['/1080p/0.ts']);
    expect(entries.get('/1080p/0.ts')?.[0]).toBe(0x47);
  });

  it.skipIf(spawnSync('ffprobe', ['-version']).error !== undefined)(
    'holds H.264 and AAC, a key frame first, segments that follow each other (needs ffprobe)',
    async () => {
      await using dir = await tempDir();
      let lastStart = -1;
      for (const [index, segment] of segments.entries()) {
        const file = join(dir.path, `${index}.ts`);
        await writeFile(file, segment);
        const { streams, packets } = JSON.parse(
          execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-show_packets', '-of', 'json', file], {
            encoding: 'utf8',
          }),
        ) as {
          streams: { codec_name: string; has_b_frames?: number }[];
          packets: { codec_type: string; pts_time: string; flags: string }[];
        };
        expect(streams.map(({ codec_name: name }) => name).sort()).toEqual(['aac', 'h264']);
        const first = packets.find(({ codec_type: type }) => type === 'video');
        expect(first?.flags).toMatch(/^K/);
        const start = Number(first?.pts_time);
        if (lastStart >= 0) expect(start - lastStart).toBeCloseTo(3, 1);
        lastStart = start;
      }
    },
  );
});

describe('thumbnail', () => {
  it('is one JPEG under a name with a leading slash', () => {
    const { stills } = variantOf(loadMedia(sample), '0'.repeat(32));
    const entries = entriesOf(Buffer.from(thumbnailZip(stills[0] ?? Buffer.alloc(0))));
    expect([...entries.keys()]).toEqual(['/thumbnail.jpg']);
    expect(entries.get('/thumbnail.jpg')?.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  });
});

describe('media', () => {
  it('gives each camera its own variant, always the same', () => {
    const variants = [
      { segments: [], stills: [] },
      { segments: [], stills: [] },
    ];
    expect(variantOf(variants, '0'.repeat(32))).toBe(variants[0]);
    expect(variantOf(variants, `${'0'.repeat(31)}1`)).toBe(variants[1]);
  });

  it('says how media is made when there is none', async () => {
    await using dir = await tempDir();
    expect(() => loadMedia(dir.path)).toThrow(/npm run media/);
  });
});
