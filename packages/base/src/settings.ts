/**
 * Reads settings: all faults at once, each by key and rule. The only module that touches `process.env`.
 */
import { parse } from 'dotenv';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { FatalError } from './errors.ts';
import { registerSecret } from './logger.ts';
import { settingsTable, type Setting, type SettingName, type Settings } from './settings-table.ts';

export type { SettingName, Settings } from './settings-table.ts';
export type Environment = Readonly<Record<string, string | undefined>>;

/** A `.env` or environment that breaks rules. `message` lists every fault, a line each. */
export class SettingsError extends FatalError {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The settings have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

const secretKeys: readonly SettingName[] = [
  'ADMIN_PASSWORD',
  'TELEGRAM_BOT_TOKEN',
  'NOTIFY_WEBHOOK_URL',
  'OIDC_CLIENT_SECRET',
];
const pathKeys: readonly SettingName[] = ['DATA_DIR', 'CERTS_DIR', 'SECRETS_DIR'];

/** The process environment over the `.env` of `root` (when given and present). */
export function readEnvironment(root?: string): Environment {
  const file = root === undefined ? undefined : resolve(root, '.env');
  const fromFile = file !== undefined && existsSync(file) ? parse(readFileSync(file)) : {};
  return { ...fromFile, ...process.env };
}

/**
 * The named settings, parsed. An empty value counts as not given. Paths come back absolute, resolved from `root`.
 * @throws SettingsError naming every fault
 */
export function loadSettings<const K extends SettingName>(
  environment: Environment,
  names: readonly K[],
  root: string = process.cwd(),
): Settings<K> {
  const faults: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const setting: Setting<unknown> = settingsTable[name];
    const given = environment[name]?.trim();
    const text = given === undefined || given === '' ? setting.fallback : given;
    if (text === undefined) {
      faults.push(`${name}: must be given (${setting.doc})`);
      continue;
    }
    const result = setting.rule.safeParse(text);
    if (!result.success) {
      const shown = secretKeys.includes(name) ? '' : ` (it is "${text}")`;
      for (const issue of result.error.issues) faults.push(`${name}: ${issue.message}${shown}`);
      continue;
    }
    values[name] = pathKeys.includes(name) && !isAbsolute(text) ? resolve(root, text) : result.data;
    if (secretKeys.includes(name) && typeof result.data === 'string') registerSecret(result.data);
  }
  if (faults.length === 0) faults.push(...crossFaults(values));
  if (faults.length > 0) throw new SettingsError(faults);
  return values as Settings<K>;
}

/** Rules that span keys; each is checked where all its keys were asked for. */
function crossFaults(values: Partial<Record<SettingName, unknown>>): string[] {
  const faults: string[] = [];
  const numberOf = (name: SettingName): number | undefined => {
    const value = values[name];
    return typeof value === 'number' ? value : undefined;
  };
  const ranges: readonly (readonly [SettingName, SettingName])[] = [
    ['TURN_MIN_PORT', 'TURN_MAX_PORT'],
    ['MEDIA_MIN_PORT', 'MEDIA_MAX_PORT'],
  ];
  for (const [first, last] of ranges) {
    const from = numberOf(first);
    const to = numberOf(last);
    if (from !== undefined && to !== undefined && from >= to)
      faults.push(`${first}: must be below ${last} (${from} >= ${to})`);
  }
  const mediaMin = numberOf('MEDIA_MIN_PORT');
  const mediaMax = numberOf('MEDIA_MAX_PORT');
  if (mediaMin !== undefined && mediaMin % 2 !== 0)
    faults.push(`MEDIA_MIN_PORT: must be even (it is "${mediaMin}")`);
  if (mediaMax !== undefined && mediaMax % 2 !== 1)
    faults.push(`MEDIA_MAX_PORT: must be odd (it is "${mediaMax}")`);
  const turnMin = numberOf('TURN_MIN_PORT');
  const turnMax = numberOf('TURN_MAX_PORT');
  if (
    mediaMin !== undefined &&
    mediaMax !== undefined &&
    turnMin !== undefined &&
    turnMax !== undefined &&
    mediaMin <= turnMax &&
    turnMin <= mediaMax
  ) {
    faults.push('MEDIA_MIN_PORT..MEDIA_MAX_PORT: must not overlap TURN_MIN_PORT..TURN_MAX_PORT');
  }
  const tcpPorts: readonly SettingName[] = [
    'CONFIG_PORT',
    'MQTT_TLS_PORT',
    'HTTPS_PORT',
    'DASHBOARD_PORT',
    'SIGNALING_PORT',
    'TURN_PORT',
    'TURN_TLS_PORT',
  ];
  const takenBy = new Map<number, SettingName>();
  for (const name of tcpPorts) {
    const value = numberOf(name);
    if (value === undefined) continue;
    const other = takenBy.get(value);
    if (other !== undefined) faults.push(`${name}: must differ from ${other} (both are ${value})`);
    else takenBy.set(value, name);
  }
  return faults;
}

/** Keys of an environment file that the table does not know: most likely misspelt. */
export function unknownKeys(root: string): string[] {
  const file = resolve(root, '.env');
  if (!existsSync(file)) return [];
  return Object.keys(parse(readFileSync(file))).filter(
    (key) => !(key in settingsTable) && !key.startsWith('COMPOSE_') && !key.endsWith('_IMAGE'),
  );
}

/** Every key a person may set. */
export const publicSettingNames = (Object.keys(settingsTable) as SettingName[]).filter(
  (name) => (settingsTable[name] as Setting<unknown>).wiring !== true,
);
