/** The server as the supervisor uses it: made once, survives a kill, refuses to half exist. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { freePort, tempDir, waitFor } from '@apiary/test-support';
import { ensureDatabase, initialiseCluster, serverCommand, startServer, waitUntilReady } from './index.ts';

const owner = 'apiary';
const password = 'a-test-password';

describe('PostgreSQL from npm', () => {
  it('works below a folder nobody else may enter', async () => {
    await using dir = await tempDir();
    await chmod(dir.path, 0o700);
    const dataDir = join(dir.path, 'home', 'data', 'postgres');
    await initialiseCluster({ dataDir, owner, password });
    await initialiseCluster({ dataDir, owner, password: 'ignored the second time' });
    const port = await freePort();
    const server = await startServer({ dataDir, port, owner, password });
    await ensureDatabase(port, owner, password, 'apiary');
    await ensureDatabase(port, owner, password, 'apiary');
    const client = new pg.Client({ host: '127.0.0.1', port, user: owner, password, database: 'apiary' });
    await client.connect();
    expect((await client.query('show data_checksums')).rows).toEqual([{ data_checksums: 'on' }]);
    await client.end();
    await server.stop();
    expect(await readdir(join(dir.path, 'home', 'data'))).toEqual(['postgres']);
  });

  it('leaves nothing that looks like a cluster when set-up fails', async () => {
    await using dir = await tempDir();
    const dataDir = join(dir.path, 'postgres');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'in-the-way'), '');
    await expect(initialiseCluster({ dataDir, owner, password })).rejects.toThrow(
      /ENOTEMPTY|EEXIST|not empty/,
    );
    expect(await readdir(dir.path)).toEqual(['postgres']);
  });

  it('keeps what was committed through kill -9', async () => {
    await using dir = await tempDir();
    const dataDir = join(dir.path, 'postgres');
    const port = await freePort();
    await initialiseCluster({ dataDir, owner, password });
    const launch = serverCommand({ dataDir, port });
    const child = spawn(launch.command, [...launch.args], { ...launch.options, stdio: 'ignore' });
    await waitUntilReady(port, owner, password);
    const client = new pg.Client({ host: '127.0.0.1', port, user: owner, password, database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table kept as select 42 as answer');
    child.kill('SIGKILL');
    await waitFor(() => child.signalCode !== null, 'the kill');
    const server = await waitFor(
      () => startServer({ dataDir, port, owner, password }).catch(() => undefined),
      'a start after the kill',
      30_000,
    );
    const again = new pg.Client({ host: '127.0.0.1', port, user: owner, password, database: 'postgres' });
    await again.connect();
    expect((await again.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
    await again.end();
    await server.stop();
  });
});
