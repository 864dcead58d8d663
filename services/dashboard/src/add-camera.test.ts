/** Adding a camera at the API: the package from what was uploaded, who may be called by FTP, and how far one has come. */
import { fromBuffer, type Entry } from 'yauzl';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { testCertificates, type TestCertificates } from '@apiary/test-support/certificates';
import { cameraA, startHarness, type Harness } from './dashboard.helpers.ts';
import { openStream } from './event-stream.helpers.ts';
import { factoryBundle, factoryDatabase } from './onboarding/fake-camera-files.helpers.ts';
import type { AddCameraProgress, CameraMove, CameraMoves } from './schemas/add-camera.ts';

let harness: Harness;
let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await testCertificates();
  harness = await startHarness({ certsDir: certificates.dir });
});
afterAll(() => harness.stop());
beforeEach(() =>
  harness.database.pool.query('truncate camera_registry, unclaimed_cameras, audit_log cascade'),
);

const upload = async (files: Record<string, Buffer>): Promise<{ status: number; body: Buffer }> => {
  const form = new FormData();
  for (const [name, content] of Object.entries(files))
    form.set(name, new Blob([new Uint8Array(content)]), name);
  const response = await fetch(harness.url(`/api/add-camera/package/${cameraA}`), {
    method: 'POST',
    headers: { cookie: harness.cookie },
    body: form,
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
};

function namesIn(bytes: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      const names: string[] = [];
      zip.on('entry', (entry: Entry) => names.push(entry.fileName));
      zip.on('end', () => resolve(names));
      zip.on('error', reject);
    });
  });
}

describe('the package', () => {
  it('is a ZIP of all files of the contract, and is audited', async () => {
    const answer = await upload({ database: await factoryDatabase(), bundle: factoryBundle(certificates) });
    expect(answer.status).toBe(200);
    const files = [
      'mqttCA.crt',
      'root-mqttCA.crt',
      'ca-bundle.trust.crt',
      'mqtt.pem',
      'mqtt.key',
      'master_ctrl.db',
    ];
    expect((await namesIn(answer.body)).sort()).toEqual(
      [...files, 'checksums.txt', 'README.txt'].map((name) => `${cameraA}/${name}`).sort(),
    );
    const { rows } = await harness.database.pool.query('select action, camera_id from audit_log');
    expect(rows).toEqual([{ action: 'camera_package_made', camera_id: cameraA }]);
  });

  it('is refused for files that are missing, wrong or too large', async () => {
    const database = await factoryDatabase();
    const bundle = factoryBundle(certificates);
    for (const files of [
      { database },
      { bundle },
      { database: bundle, bundle },
      { database, bundle: database },
      { database: Buffer.alloc(9_000_000), bundle },
      { database, bundle, other: bundle },
    ] as Record<string, Buffer>[]) {
      const answer = await upload(files);
      expect([Object.keys(files), answer.status, answer.body.toString()]).toEqual([
        Object.keys(files),
        400,
        expect.stringContaining('bad_upload'),
      ]);
    }
    const path = `/api/add-camera/package/${cameraA}`;
    expect((await harness.call('POST', path, { body: {} })).status).toBe(400);
  });
});

describe('moving by FTP', () => {
  it.each(['8.8.8.8', '127.0.0.1', '0.0.0.0', 'camera.local', '::1', '172.32.0.1', '192.168.1.5:22'])(
    'calls no address outside private networks: %s',
    async (address) => {
      const answer = await harness.call('POST', '/api/add-camera/move', { body: { address, password: 'x' } });
      expect(answer.status).toBe(400);
    },
  );

  it('refuses line ends in a password: they would be commands', async () => {
    const body = { address: '192.168.50.21', password: 'x\r\nDELE /cali/master_ctrl.db' };
    expect((await harness.call('POST', '/api/add-camera/move', { body })).status).toBe(400);
  });

  it('is followed step by step, and audited; the password is kept nowhere', async () => {
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    // Nobody there, and nobody beyond: this machine's own network has no such neighbour.
    const body = { address: '169.254.255.254', password: 'hush-hush' };
    const answer = await harness.call('POST', '/api/add-camera/move', { body });
    expect([answer.status, (answer.json as CameraMove).step]).toEqual([202, 'connect']);
    expect((await harness.call('POST', '/api/add-camera/move', { body })).status).toBe(409);
    const list = async (): Promise<CameraMoves> => (await harness.call('GET', '/api/add-camera/moves')).json;
    await waitFor(
      () => stream.events.find(({ name, data }) => name === 'changed' && data.entity === 'add-camera'),
      'told',
    );
    stream.close();
    expect(JSON.stringify(await list())).not.toContain('hush-hush');
    const { rows } = await harness.database.pool.query<{ text: string }>(
      'select a::text as text from audit_log a',
    );
    expect(rows.map(({ text }) => text).join()).toContain('camera_move_started');
    expect(rows.map(({ text }) => text).join()).not.toContain('hush-hush');
  });
});

describe('progress', () => {
  const progress = async (): Promise<AddCameraProgress> =>
    (await harness.call('GET', `/api/add-camera/progress/${cameraA}`)).json;

  it('ticks from what a camera asks for, and every step is told', async () => {
    const { pool } = harness.database;
    const stream = await openStream(harness.url('/api/stream'), { cookie: harness.cookie });
    expect(await progress()).toMatchObject({ configFetched: false, registered: false, blocked: false });
    await pool.query('insert into unclaimed_cameras (camera_id, config_requests) values ($1, 1)', [cameraA]);
    await waitFor(() => stream.events.find(({ data }) => data.entity === 'unclaimed'), 'unclaimed');
    expect(await progress()).toMatchObject({ configFetched: true, certificatesFetched: false });
    await pool.query('update unclaimed_cameras set certificate_requests = 1');
    expect(await progress()).toMatchObject({ certificatesFetched: false, waitsForApproval: true });
    await pool.query(
      "insert into audit_log (actor, action, camera_id) values ('c', 'certificate_issued', $1)",
      [cameraA],
    );
    expect(await progress()).toMatchObject({
      certificatesFetched: true,
      waitsForApproval: false,
      connected: false,
    });
    await harness.insertCamera(cameraA, { connection_status: 'connected' });
    await waitFor(() => stream.events.find(({ name }) => name === 'camera'), 'camera');
    stream.close();
    expect(await progress()).toMatchObject({ configFetched: true, connected: true, registered: true });
  });
});
