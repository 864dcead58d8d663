/**
 * The supervisor with small real processes: failure first, then order, then what a killed supervisor leaves behind.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '@apiary/base/logger';
import { tempDir, waitFor } from '@apiary/test-support';
import { withLock } from './lock.ts';
import { rotateIfLarge, tailOf } from './log-file.ts';
import { startOrder, type Part } from './part.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
import { reclaimOrphans } from './reclaim.ts';
import { RunFolder } from './run-folder.ts';
import { Supervisor } from './supervisor.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let folder: RunFolder;
const cleanUps: (() => Promise<unknown>)[] = [];
const pauses = { firstMs: 10, maxMs: 40, stableMs: 60_000 };

beforeEach(async () => {
  dir = await tempDir();
  folder = new RunFolder(dir.path);
  folder.create();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await dir[Symbol.asyncDispose]();
});

/** Notes its life in `journal`, then lives until told to end. */
const living = (name: string, atEnd = '') => `
  const fs = require('node:fs');
  const note = (what) => fs.appendFileSync('journal', what + ' ${name}\\n');
  note('start');
  fs.writeFileSync('${name}.up', '');
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.on(signal, () => { note('stop'); fs.rmSync('${name}.up'); ${atEnd} process.exit(0); });
  setInterval(() => undefined, 1000);`;

function part(name: string, script: string, more: Partial<Part> = {}): Part {
  return {
    name,
    kind: 'process',
    after: [],
    command: process.execPath,
    args: ['-e', script],
    cwd: dir.path,
    env: {},
    ready: () =>
      existsSync(join(dir.path, `${name}.up`)) ? Promise.resolve() : Promise.reject(new Error('not up')),
    readyTimeoutMs: 20_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5000,
    ...more,
  };
}

function supervise(parts: Part[]): Supervisor {
  const supervisor = new Supervisor(parts, { folder, logger: silentLogger, fingerprint: 'f', pauses });
  cleanUps.push(() => supervisor.stop());
  return supervisor;
}

const journal = (): string[] => readFileSync(join(dir.path, 'journal'), 'utf8').trim().split('\n');
const statusOf = (name: string) => folder.readState()?.parts.find((one) => one.name === name);
function processOf(name: string): ProcessIdentity {
  const found = statusOf(name)?.process;
  if (found === undefined) throw new Error(`${name} has no process`);
  return found;
}

describe('a part that cannot start', () => {
  it('ends the start with the end of its log and stops what was up', async () => {
    const supervisor = supervise([
      part('first', living('first')),
      part('broken', "console.log('port 80 is taken'); process.exit(7)", { after: ['first'] }),
    ]);
    await expect(supervisor.start()).rejects.toThrow(/broken: ended.*port 80 is taken/s);
    expect(folder.readState()?.phase).toBe('failed');
    expect(journal()).toEqual(['start first', 'stop first']);
  });

  it('is given up at its readiness deadline', async () => {
    const supervisor = supervise([
      part('mute', living('mute'), {
        ready: () => Promise.reject(new Error('port is shut')),
        readyTimeoutMs: 200,
      }),
    ]);
    await expect(supervisor.start()).rejects.toThrow(/mute: not ready after 200 ms: port is shut/);
  });

  it('says so when the program does not exist', async () => {
    const supervisor = supervise([part('ghost', '', { command: '/no/such/program' })]);
    await expect(supervisor.start()).rejects.toThrow(/ghost/);
  });

  it('holds back what needs a failed task', async () => {
    const supervisor = supervise([
      part('migrate', 'process.exit(1)', { kind: 'task' }),
      part('service', living('service'), { after: ['migrate'] }),
    ]);
    await expect(supervisor.start()).rejects.toThrow(/migrate/);
    expect(existsSync(join(dir.path, 'journal'))).toBe(false);
  });
});

describe('a running stack', () => {
  it('starts in order of need and stops in reverse', async () => {
    const supervisor = supervise([
      part('edge', living('edge'), { after: ['service'] }),
      part('task', "require('node:fs').appendFileSync('journal', 'ran task\\n')", {
        kind: 'task',
        after: ['postgres'],
      }),
      part('service', living('service'), { after: ['task'] }),
      part('postgres', living('postgres'), { stopSignal: 'SIGINT' }),
    ]);
    await supervisor.start();
    expect(folder.readState()?.phase).toBe('running');
    expect(statusOf('task')?.state).toBe('done');
    expect(readFileSync(folder.pidFile('edge'), 'utf8').trim()).toBe(String(processOf('edge').pid));
    await supervisor.stop();
    expect(journal()).toEqual([
      'start postgres',
      'ran task',
      'start service',
      'start edge',
      'stop edge',
      'stop service',
      'stop postgres',
    ]);
    expect(folder.readState()).toBeUndefined();
    expect(existsSync(folder.pidFile('edge'))).toBe(false);
  });

  it('starts a part again, each time it is killed', async () => {
    const supervisor = supervise([part('one', living('one'))]);
    await supervisor.start();
    for (let kill = 1; kill <= 5; kill += 1) {
      const victim = processOf('one');
      process.kill(victim.pid, 'SIGKILL');
      await waitFor(
        () => statusOf('one')?.state === 'ready' && processOf('one').pid !== victim.pid,
        `restart ${kill}`,
      );
      expect(statusOf('one')?.restarts).toBe(kill);
    }
  });

  it('kills a part that ignores its stop signal', async () => {
    const supervisor = supervise([
      part('deaf', living('deaf').replace('process.exit(0)', 'undefined'), { stopTimeoutMs: 200 }),
    ]);
    await supervisor.start();
    const deaf = processOf('deaf');
    await supervisor.stop();
    expect(isRunning(deaf)).toBe(false);
  });

  it('gives a part its own environment and nothing else', async () => {
    const show = "require('node:fs').writeFileSync('env', JSON.stringify(process.env))";
    const supervisor = supervise([part('show', show, { kind: 'task', env: { LISTEN_PORT: '1' } })]);
    await supervisor.start();
    expect(JSON.parse(readFileSync(join(dir.path, 'env'), 'utf8'))).toEqual({ LISTEN_PORT: '1' });
  });
});

describe('after a killed supervisor', () => {
  it('ends the orphans it recorded, and only those', async () => {
    const child = spawn(process.execPath, ['-e', living('orphan')], { cwd: dir.path, stdio: 'ignore' });
    const bystander = spawn(process.execPath, ['-e', living('bystander')], {
      cwd: dir.path,
      stdio: 'ignore',
    });
    cleanUps.push(
      () => Promise.resolve(child.kill('SIGKILL')),
      () => Promise.resolve(bystander.kill('SIGKILL')),
    );
    await waitFor(
      () => existsSync(join(dir.path, 'bystander.up')) && existsSync(join(dir.path, 'orphan.up')),
      'both',
    );
    const orphan = identify(child.pid ?? 0);
    const other = identify(bystander.pid ?? 0);
    if (orphan === undefined || other === undefined) throw new Error('children are gone');
    const common = {
      state: 'ready',
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5000,
      restarts: 0,
      since: '',
    } as const;
    folder.writeState({
      supervisor: { ...orphan, startTicks: '1' },
      phase: 'running',
      fingerprint: 'f',
      parts: [
        { name: 'orphan', process: orphan, ...common },
        // A pid that now belongs to somebody else.
        { name: 'reused', process: { ...other, startTicks: '1' }, ...common },
      ],
    });
    expect(await reclaimOrphans(folder)).toEqual(['orphan']);
    expect(isRunning(orphan)).toBe(false);
    expect(isRunning(other)).toBe(true);
    expect(folder.readState()).toBeUndefined();
  });

  it('leaves the parts of a living one alone', async () => {
    const supervisor = supervise([part('one', living('one'))]);
    await supervisor.start();
    expect(await reclaimOrphans(folder)).toEqual([]);
    expect(isRunning(processOf('one'))).toBe(true);
  });
});

describe('the lock', () => {
  it('lets one in at a time and tells who waits for whom', async () => {
    const seen: string[] = [];
    const waited: number[] = [];
    const enter = (name: string) =>
      withLock(
        folder.lockFile,
        10_000,
        (holder) => waited.push(holder),
        async () => {
          seen.push(`in ${name}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
          seen.push(`out ${name}`);
        },
      );
    await Promise.all([enter('a'), enter('b')]);
    expect(seen).toEqual(['in a', 'out a', 'in b', 'out b']);
    expect(waited).toEqual([process.pid]);
  });

  it('is taken over from a holder that was killed', async () => {
    writeFileSync(folder.lockFile, JSON.stringify({ pid: process.pid, startTicks: '1', bootId: 'x' }));
    expect(
      await withLock(
        folder.lockFile,
        1000,
        () => undefined,
        () => Promise.resolve('in'),
      ),
    ).toBe('in');
    expect(existsSync(folder.lockFile)).toBe(false);
  });
});

describe('log files', () => {
  it('stay bounded and keep the latest lines', () => {
    const log = folder.logFile('one');
    for (let round = 0; round < 6; round += 1) {
      appendFileSync(log, `${String(round).repeat(150)}\n`);
      rotateIfLarge(log, 100);
    }
    expect(statSync(log).size).toBe(0);
    expect(readFileSync(`${log}.1`, 'utf8')).toMatch(/^5+\n$/);
    expect(readFileSync(`${log}.3`, 'utf8')).toMatch(/^3+\n$/);
    expect(existsSync(`${log}.4`)).toBe(false);
    expect(tailOf(`${log}.1`, 10)).toBe('');
    expect(tailOf(join(dir.path, 'none'))).toBe('');
  });
});

describe('the start table', () => {
  it('refuses a cycle', () => {
    expect(() => startOrder([part('a', '', { after: ['b'] }), part('b', '', { after: ['a'] })])).toThrow(
      /cycle/,
    );
  });
});
