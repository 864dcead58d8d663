/**
 * Configuration and certificates as cameras and strangers ask for them: exact replies, networks, rates, approval, what
 * is written about it, and all of it with the database away.
 */
import { cp, mkdtemp, rm, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDatabase, testCertificates, waitFor, type TestDatabase } from '@apiary/test-support';
import { unclaimedLimit } from '@apiary/database/unclaimed-repository';
import {
  cameraA,
  cameraB,
  recordingZip,
  startTestServer,
  upload,
  type TestServer,
} from '../test-server.helpers.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => database.clear());
afterAll(() => database.stop());

async function withServer(
  settings: Record<string, string>,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTestServer(database, settings);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
const rows = async (text: string): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(text)).rows;

describe('configuration', () => {
  it('is the contract’s, with the broker by name and the rest by address', () =>
    withServer({ SERVER_NAME: 'cams.example.net', TIME_SERVER: 'ntp.example.net' }, async (server) => {
      const { text, headers } = await server.call('GET', `/hivecam/${cameraA}`);
      const origin = `https://127.0.0.1:${server.port}`;
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(text)).toEqual({
        mqtt: {
          broker: 'cams.example.net',
          port: 8883,
          topics: {
            connect: `prod/device/connection/hive-cam/${cameraA}`,
            disconnect: `prod/device/connection/hive-cam/${cameraA}`,
            status: `prod/device/status/hive-cam/${cameraA}`,
            publish: `prod/device/message/hive-cam/${cameraA}`,
            subscribe: `prod/honeycomb/${cameraA}`,
          },
        },
        timeServer: 'ntp.example.net',
        wakeupInterval: 604800,
        statusInterval: 600,
        fileUploadServerUrl: `${origin}/fileservice`,
        firmwareServerUrl: `${origin}/firmware`,
        certificateServerUrl: origin,
      });
    }));

  it('goes to any id; unknown cameras are noted as unclaimed until they upload', () =>
    withServer({}, async (server) => {
      for (const id of ['anything', cameraA, cameraA, cameraB])
        expect((await server.call('GET', `/hivecam/${id}`)).status).toBe(200);
      await server.call('POST', `/hivecam/cert/${cameraA}`);
      await waitFor(
        async () =>
          (await rows('select * from unclaimed_cameras where certificate_requests = 1')).length === 1,
        'sightings',
      );
      expect(await rows('select * from unclaimed_cameras order by camera_id')).toMatchObject([
        { camera_id: cameraA, config_requests: 2, certificate_requests: 1, address: '127.0.0.1' },
        { camera_id: cameraB, config_requests: 1, certificate_requests: 0 },
      ]);
      await upload(server, { category: 'activity', body: recordingZip() });
      await server.call('GET', `/hivecam/${cameraA}`);
      await server.call('GET', `/hivecam/${cameraB}`);
      await waitFor(
        async () => (await rows('select * from unclaimed_cameras where config_requests = 2')).length === 1,
        'the second sighting',
      );
      expect(await rows('select camera_id from unclaimed_cameras')).toEqual([{ camera_id: cameraB }]);
    }));

  it('of invented ids by the thousand leaves a bounded table', () =>
    withServer({}, async (server) => {
      // Nine of a day ago, one of them approved; a table full of younger ones.
      await database.pool.query(
        `insert into unclaimed_cameras (camera_id, last_seen, approved_at)
         select lpad(n::text, 32, 'E'), now() - interval '1 day', case when n = 1 then now() end
         from generate_series(1, 9) n`,
      );
      await database.pool.query(
        `insert into unclaimed_cameras (camera_id, last_seen)
         select lpad(n::text, 32, 'F'), now() - interval '1 hour' from generate_series(1, ${unclaimedLimit}) n`,
      );
      await server.call('GET', `/hivecam/${cameraA}`);
      await waitFor(
        async () =>
          (await rows('select count(*)::int as n from unclaimed_cameras'))[0]?.['n'] === unclaimedLimit + 1,
        'the oldest to go',
      );
      expect(
        await rows(`select camera_id from unclaimed_cameras where last_seen < now() - interval '2 hours'`),
      ).toHaveLength(1);
    }));
});

describe('certificates', () => {
  it('are six texts without surrounding space, compact; three on demand', async () => {
    const { pairs } = await testCertificates();
    const expected = {
      certificatePem: pairs.camera_client.certificate.trim(),
      privateKey: pairs.camera_client.key.trim(),
      caCertificate: pairs.ca.certificate.trim(),
    };
    await withServer({}, async (server) => {
      const { text } = await server.call('GET', `/hivecam/cert/${cameraA}`);
      const reply = JSON.parse(text) as Record<string, string>;
      expect(Object.keys(reply)).toEqual([
        'certificatePem',
        'privateKey',
        'caCertificate',
        'clientCert',
        'clientKey',
        'caCert',
      ]);
      expect(reply).toMatchObject(expected);
      expect(text).toBe(JSON.stringify(reply));
    });
    await withServer({ CERTIFICATE_REPLY_KEYS: 'firmware' }, async (server) => {
      expect(JSON.parse((await server.call('GET', `/hivecam/cert/${cameraA}`)).text)).toEqual(expected);
    });
  });

  it('are audited at every issue', () =>
    withServer({}, async (server) => {
      await server.call('GET', `/hivecam/cert/${cameraA}`);
      await server.call('GET', `/hivecam/cert/${cameraA}`);
      await waitFor(async () => (await rows('select * from audit_log')).length === 2, 'two audit rows');
      expect(await rows('select * from audit_log')).toMatchObject([
        { action: 'certificate_issued', camera_id: cameraA, address: '127.0.0.1' },
        { actor: `camera ${cameraA}` },
      ]);
    }));

  it('go to listed networks only, whatever a header claims', () =>
    withServer({ CERTIFICATE_NETWORKS: '10.0.0.0/8, fd00::/8' }, async (server) => {
      const answer = await server.call('GET', `/hivecam/cert/${cameraA}`, {
        headers: { 'X-Forwarded-For': '10.0.0.1', Forwarded: 'for=10.0.0.1' },
      });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('PRIVATE KEY');
      expect((await server.call('GET', `/hivecam/${cameraA}`)).status).toBe(200);
      expect(server.server.counters.get('certificate_refused_network')).toBe(1);
    }));

  it('are limited per address and per id', async () => {
    await withServer({ CERTIFICATE_RATE_PER_MINUTE: '5' }, async (server) => {
      const statuses: number[] = [];
      for (let n = 0; n < 7; n += 1)
        statuses.push((await server.call('GET', `/hivecam/cert/id-${n}`)).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect((await server.call('GET', '/hivecam/cert/x')).headers['retry-after']).toMatch(/^\d+$/);
    });
    await withServer({}, async (server) => {
      const answers = await Promise.all(
        Array.from({ length: 70 }, () => server.call('GET', `/hivecam/cert/${cameraA}`)),
      );
      expect(answers.filter((answer) => answer.status === 429)).toHaveLength(10);
      expect((await server.call('GET', `/hivecam/cert/${cameraB}`)).status).toBe(200);
    });
  });

  it('wait for approval where that is demanded; so do uploads', () =>
    withServer({ REQUIRE_APPROVAL: 'true' }, async (server) => {
      const ask = async (): Promise<number> => (await server.call('GET', `/hivecam/cert/${cameraA}`)).status;
      const send = async (): Promise<number> =>
        (await upload(server, { category: 'activity', body: recordingZip() })).status;
      expect([await ask(), await send()]).toEqual([403, 403]);
      expect(await rows('select * from camera_registry')).toEqual([]);
      await waitFor(
        async () => (await rows(`update unclaimed_cameras set approved_at = now() returning 1`)).length === 1,
        'the sighting',
      );
      expect([await ask(), await send()]).toEqual([200, 200]);
      expect(await rows('select * from unclaimed_cameras')).toEqual([]);
      expect(await ask()).toBe(200);
    }));

  it('and uploads are closed to a blocked id', () =>
    withServer({}, async (server) => {
      await database.pool.query('insert into unclaimed_cameras (camera_id, blocked_at) values ($1, now())', [
        cameraA,
      ]);
      expect((await server.call('GET', `/hivecam/cert/${cameraA}`)).status).toBe(403);
      expect((await upload(server, { category: 'activity', body: recordingZip() })).status).toBe(403);
      expect(await rows('select * from camera_registry')).toEqual([]);
    }));

  it('are read anew when they change, 404 when missing, 500 when unreadable', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'apiary-test-'));
    await cp((await testCertificates()).dir, copy, { recursive: true });
    await withServer({ CERTS_DIR: copy }, async (server) => {
      const ask = () => server.call('GET', `/hivecam/cert/${cameraA}`);
      expect((await ask()).status).toBe(200);
      await writeFile(join(copy, 'camera_client.crt'), '\n  new text\n\n');
      expect(JSON.parse((await ask()).text)).toMatchObject({ certificatePem: 'new text' });
      await rm(join(copy, 'ca.crt'));
      expect((await ask()).status).toBe(404);
      await cp((await testCertificates()).dir, join(copy, 'ca.crt'), { recursive: true });
      expect((await ask()).status).toBe(500);
    });
    await rm(copy, { recursive: true });
  });
});

describe('with the database away', () => {
  it('cameras still get both replies, and what happened is written when it is back', async () => {
    // Nothing listens on this port until the test says so.
    const away = await startTestDatabase();
    const server = await startTestServer(away);
    try {
      const back = away.restart();
      expect((await server.call('GET', `/hivecam/${cameraA}`)).status).toBe(200);
      expect((await server.call('GET', `/hivecam/cert/${cameraA}`)).status).toBe(200);
      await back;
      await waitFor(
        async () =>
          (await away.pool.query('select 1 from audit_log')).rowCount === 1 &&
          (await away.pool.query('select 1 from unclaimed_cameras')).rowCount === 1,
        'the rows',
      );
    } finally {
      await server.stop();
      await away.stop();
    }
  });

  it('for good, replies go on, approval fails closed, uploads ask to come again', async () => {
    const gone = await startTestDatabase();
    const servers = [await startTestServer(gone), await startTestServer(gone, { REQUIRE_APPROVAL: 'true' })];
    await gone.stop();
    try {
      const [open, strict] = servers;
      expect((await open?.call('GET', `/hivecam/${cameraA}`))?.status).toBe(200);
      expect((await open?.call('GET', `/hivecam/cert/${cameraA}`))?.status).toBe(200);
      expect((await strict?.call('GET', `/hivecam/cert/${cameraA}`))?.status).toBe(503);
      if (open === undefined) throw new Error('no server');
      expect((await upload(open, { category: 'activity', body: recordingZip() })).status).toBe(503);
      expect(await readdir(join(open.dataDir, 'uploads', '.incoming'))).toEqual([]);
      expect((await open.call('GET', '/health')).status).toBe(503);
    } finally {
      for (const server of servers) await server.stop();
    }
  });
});

describe('first contact', () => {
  it('keeps the first twenty requests of each kind, keys and credentials left out', () =>
    withServer({}, async (server) => {
      for (let n = 0; n < 25; n += 1)
        await server.call('GET', `/hivecam/${cameraA}`, {
          headers: { Authorization: 'secret', 'User-Agent': 'cam' },
        });
      await server.call('GET', `/hivecam/cert/${cameraA}`);
      await upload(server, { category: 'activity', body: recordingZip() });
      await server.call('GET', '/hivecam/../../etc');
      const folder = join(server.dataDir, 'first-contact', cameraA);
      const names = await waitFor(async () => {
        const found = await readdir(folder);
        return found.length === 23 ? found : undefined;
      }, 'the captures');
      expect(names.filter((name) => name.startsWith('https-config-'))).toHaveLength(20);
      const text = await readFile(join(folder, 'https-config-01.json'), 'utf8');
      const record = JSON.parse(text) as { headers: string[][]; clientHello: string };
      expect(record).toMatchObject({ method: 'GET', target: `/hivecam/${cameraA}`, tls: 'TLSv1.2' });
      expect(record.headers).toContainEqual(['User-Agent', 'cam']);
      expect(Buffer.from(record.clientHello, 'base64')[0]).toBe(0x16);
      for (const name of names) {
        const content = await readFile(join(folder, name), 'utf8');
        expect(content).not.toMatch(/PRIVATE KEY|secret/);
      }
      expect(await readdir(join(server.dataDir, 'first-contact'))).toEqual([cameraA]);
    }));
});
