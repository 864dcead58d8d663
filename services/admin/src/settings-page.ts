/** Renders the settings table as `.env.example` and as the reference page: both files are held to this by a test. */
import { publicSettingNames } from '@apiary/base/settings';
import { settingsTable, type Setting, type SettingName } from '@apiary/base/settings-table';

const settingOf = (name: SettingName): Setting<unknown> => settingsTable[name];

/** Headings before the first key of a group. */
const groups: Partial<Record<SettingName, string>> = {
  STACK: 'Which stack, which addresses',
  CONFIG_PORT: 'Ports',
  DATA_DIR: 'Where things live; relative paths start at this folder',
  ADMIN_USERNAME: 'First account',
  TIME_ZONE: 'The house',
  TIME_SERVER: 'Cameras',
  UPLOAD_MAX_BYTES: 'Uploads',
  LIVE_GRACE_SECONDS: 'Live view',
  TELEGRAM_ENABLED: 'Notifications',
  OIDC_ISSUER: 'Log in with an identity provider',
  LOG_LEVEL: 'Log',
};

export function renderEnvironmentExample(): string {
  const lines = [
    '# Every setting, all optional, with its default. Copy this file to .env and change what you need; a key left empty',
    '# takes its default. Precedence: environment (also `make up KEY=value`) > .env > default.',
  ];
  for (const name of publicSettingNames) {
    const { doc, fallback } = settingOf(name);
    const heading = groups[name];
    if (heading !== undefined) lines.push('', `# --- ${heading} ---`);
    lines.push(`# ${doc}`, `#${name}=${fallback ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

export function renderSettingsPage(): string {
  const lines = [
    '# Settings',
    '',
    'All optional. Precedence: environment (also `make up KEY=value`) > `.env` > default. A key left empty takes its',
    'default; relative paths start at the repository root. Faults are listed all at once, by key and rule, and stop the',
    'start. Made from `packages/base/src/settings-table.ts` (`npm run settings-docs`).',
  ];
  const rows = (names: readonly SettingName[]): void => {
    lines.push('', '| Key | Default | Meaning |', '|---|---|---|');
    for (const name of names) {
      const { doc, fallback } = settingOf(name);
      const shown = fallback === undefined || fallback === '' ? '' : `\`${fallback}\``;
      lines.push(`| \`${name}\` | ${shown} | ${cell(doc)} |`);
    }
  };
  let group: SettingName[] = [];
  for (const name of publicSettingNames) {
    const heading = groups[name];
    if (heading !== undefined) {
      if (group.length > 0) rows(group);
      group = [];
      lines.push('', `## ${heading}`);
    }
    group.push(name);
  }
  rows(group);
  lines.push(
    '',
    '## Set by the stack',
    '',
    'The Compose file or the supervisor gives these to services; people leave them alone.',
  );
  rows((Object.keys(settingsTable) as SettingName[]).filter((name) => settingOf(name).wiring === true));
  return `${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
