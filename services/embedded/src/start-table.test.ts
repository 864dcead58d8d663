/** The table made from settings: who needs whom, who sees what; and the ports it is given. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setup } from '@apiary/admin';
import { tempDir } from '@apiary/test-support';
import { fingerprintOf } from './fingerprint.ts';
import { innerPortNames, pickInnerPorts } from './free-ports.ts';
import { startOrder, type Part } from './part.ts';
import { checkPublicPorts } from './public-ports.ts';
import { RunFolder } from './run-folder.ts';
import { publicPorts, startTable } from './start-table.ts';

const root = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');
let dir: Awaited<ReturnType<typeof tempDir>>;

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await dir[Symbol.asyncDispose]();
});

async function table(more: Record<string, string> = {}) {
  const given = {
    PATH: '/usr/bin',
    SERVER_ADDRESS: '127.0.0.1',
    DATA_DIR: `${dir.path}/data`,
    CERTS_DIR: `${dir.path}/certificates`,
    SECRETS_DIR: `${dir.path}/secrets`,
    ADMIN_PASSWORD: 'a long enough phrase 4 cams',
    AWS_SECRET_ACCESS_KEY: 'somebody else',
    ...more,
  };
  const { settings } = await setup({ environment: given, root: dir.path, caKeyBits: 2048 });
  const ports = {
    postgres: 1,
    broker: 2,
    'broker-api': 3,
    'mqtt-processor': 4,
    dashboard: 5,
    'media-server': 6,
    livestream: 7,
    notifier: 8,
  };
  return { settings, parts: await startTable({ root, settings, given, ports }) };
}
const environmentOf = (parts: readonly Part[], name: string) =>
  parts.find((part) => part.name === name)?.env ?? {};

describe('the start table', () => {
  it('starts what is needed first', async () => {
    const { parts } = await table();
    const layers = startOrder(parts).map((layer) => layer.map(({ name }) => name));
    expect(layers).toEqual([
      ['postgres', 'broker', 'media-server'],
      ['migrate'],
      ['config-server', 'mqtt-processor', 'dashboard', 'livestream', 'notifier'],
      ['edge'],
    ]);
  });

  it('hands down what was set, under the names of the part, and nothing else', async () => {
    const { parts } = await table({ ZIP_MAX_ENTRIES: '7', LOG_LEVEL: ' debug ', TIME_SERVER: '' });
    expect(environmentOf(parts, 'config-server')).toMatchObject({ ZIP_MAX_ENTRIES: '7', LOG_LEVEL: 'debug' });
    expect(environmentOf(parts, 'config-server')).not.toHaveProperty('TIME_SERVER');
    expect(environmentOf(parts, 'dashboard')).not.toHaveProperty('ZIP_MAX_ENTRIES');
    for (const { name, env } of parts)
      expect([name, Object.keys(env).filter((key) => /PASSWORD|SECRET_ACCESS/.test(key))]).toEqual([
        name,
        [],
      ]);
  });

  it('hands the bot’s token to nobody: the notifier reads it from its secrets', async () => {
    const { parts } = await table({ TELEGRAM_BOT_TOKEN: '1:token', TELEGRAM_CHAT_ID: '42' });
    expect(environmentOf(parts, 'notifier')).toMatchObject({ TELEGRAM_CHAT_ID: '42' });
    for (const { env } of parts) expect(Object.values(env)).not.toContain('1:token');
    expect(await readFile(`${dir.path}/secrets/notifier/telegram-bot-token`, 'utf8')).toBe('1:token\n');
  });

  it('opens the config port to the network only when the address is not loopback', async () => {
    expect(environmentOf((await table()).parts, 'config-server')['LISTEN_HOST']).toBe('127.0.0.1');
    const { parts } = await table({ SERVER_ADDRESS: '192.168.1.10' });
    expect(environmentOf(parts, 'config-server')['LISTEN_HOST']).toBe('0.0.0.0');
    expect(environmentOf(parts, 'dashboard')['LISTEN_HOST']).toBe('127.0.0.1');
  });

  it('has a fingerprint that changes with a setting and with nothing else', async () => {
    const print = async (more: Record<string, string> = {}) => {
      const { parts, settings } = await table(more);
      return fingerprintOf(parts, root, settings.CERTS_DIR);
    };
    const first = await print();
    expect(await print()).toBe(first);
    expect(await print({ UPLOAD_MAX_BYTES: '5000' })).not.toBe(first);
    expect(await print({ SERVER_NAME: 'cams.home.arpa' })).not.toBe(first);
  });
});

describe('ports', () => {
  const hold = async (port = 0) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { port: address.port, close: () => new Promise((resolve) => server.close(resolve)) };
  };

  it('are kept over a restart, but for one that was taken meanwhile', async () => {
    const folder = new RunFolder(dir.path);
    folder.create();
    const first = await pickInnerPorts(folder, []);
    expect(new Set(Object.values(first)).size).toBe(innerPortNames.length);
    expect(await pickInnerPorts(folder, [])).toEqual(first);
    const taken = await hold(first.broker);
    const second = await pickInnerPorts(folder, []);
    await taken.close();
    expect({ ...second, broker: 0 }).toEqual({ ...first, broker: 0 });
    expect(second.broker).not.toBe(first.broker);
    expect((await pickInnerPorts(folder, [second.dashboard])).dashboard).not.toBe(second.dashboard);
  });

  it('that people named and others hold are told all at once, by key', async () => {
    const [one, two] = [await hold(), await hold()];
    const { settings } = await table({ CONFIG_PORT: String(one.port), HTTPS_PORT: String(two.port) });
    const refused = checkPublicPorts(
      publicPorts(settings).filter(({ name }) => name === 'CONFIG_PORT' || name === 'HTTPS_PORT'),
      '127.0.0.1',
    );
    await expect(refused).rejects.toThrow(
      new RegExp(`CONFIG_PORT: .*${one.port}.*another program uses it.*HTTPS_PORT: .*${two.port}`, 's'),
    );
    await one.close();
    await two.close();
  });
});
