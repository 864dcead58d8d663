/** `.env.example` and docs/ref/settings.md say what the settings table says; a real `.env` made from the sample loads. */
import { fileURLToPath } from 'node:url';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { loadSettings, publicSettingNames, readEnvironment } from '@apiary/base/settings';
import { settingsTable, type Setting } from '@apiary/base/settings-table';
import { tempDir } from '@apiary/test-support/temp-dir';
import { renderEnvironmentExample, renderSettingsPage } from './settings-page.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(fileURLToPath(new URL(path, root)), 'utf8');

describe('.env.example', () => {
  it('is what the table renders (npm run settings-docs)', async () => {
    expect(await read('.env.example')).toBe(renderEnvironmentExample());
  });

  it('names every public key once and no other', async () => {
    const keys = [...(await read('.env.example')).matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(
      (match) => match[1],
    );
    expect(keys).toEqual(publicSettingNames);
  });

  it('loads with every line uncommented, and gives the defaults', async () => {
    const text = (await read('.env.example')).replaceAll(/^#([A-Z][A-Z0-9_]*=)/gm, '$1');
    await using root = await tempDir();
    await writeFile(join(root.path, '.env'), text);
    const address = { SERVER_ADDRESS: '192.168.50.10' };
    expect(
      loadSettings({ ...readEnvironment(root.path), ...address }, publicSettingNames, root.path),
    ).toEqual(loadSettings({ ...process.env, ...address }, publicSettingNames, root.path));
  });

  it('states the unit of every number that has one', () => {
    for (const name of publicSettingNames) {
      const { doc } = settingsTable[name] as Setting<unknown>;
      const unit = /_(SECONDS|MS|BYTES|MINUTES)$/.exec(name)?.[1];
      const words = { SECONDS: /seconds/, MS: /milliseconds/, BYTES: /bytes/, MINUTES: /minutes/ };
      if (unit !== undefined) expect(doc, name).toMatch(words[unit as keyof typeof words]);
    }
  });
});

describe('docs/ref/settings.md', () => {
  it('is what the table renders (npm run settings-docs)', async () => {
    expect(await read('docs/ref/settings.md')).toBe(
      await format(renderSettingsPage(), { parser: 'markdown', printWidth: 110 }),
    );
  });
});
