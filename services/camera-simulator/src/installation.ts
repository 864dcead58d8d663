/** Where the platform is: given by hand, or taken from the JSON of `make -s info FORMAT=json`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { errorMessage, FatalError } from '@apiary/base/errors';

export interface InstallationArguments {
  readonly configHost?: string;
  readonly ca?: string;
  readonly info?: string;
  readonly connectTo?: readonly string[];
}

export interface Installation {
  /** `host:port`. */
  readonly configHost: string;
  /** PEM. */
  readonly ca: string;
  readonly connectTo?: Readonly<Record<string, string>>;
}

const infoSchema = z.looseObject({ configUrl: z.url(), certsDir: z.string().min(1) });

/** @throws FatalError in words for a person */
export async function readInstallation(given: InstallationArguments): Promise<Installation> {
  const fromInfo = given.info === undefined ? undefined : await readInfo(given.info);
  const configHost = given.configHost ?? fromInfo?.configHost;
  const caFile = given.ca ?? fromInfo?.caFile;
  if (configHost === undefined || caFile === undefined)
    throw new FatalError(
      'Give --config-host and --ca, or --info with the JSON of `make -s info FORMAT=json`.',
    );
  const connectTo = given.connectTo?.map((pair) => {
    const [from, to] = pair.split('=');
    if (from === undefined || to === undefined || !/:\d+$/.test(from) || !/:\d+$/.test(to))
      throw new FatalError(`--connect-to wants host:port=host:port, not "${pair}".`);
    return [from, to] as const;
  });
  return {
    configHost: withPort(configHost),
    ca: await readPem(caFile),
    ...(connectTo === undefined ? {} : { connectTo: Object.fromEntries(connectTo) }),
  };
}

async function readInfo(file: string): Promise<{ configHost: string; caFile: string }> {
  let json: unknown;
  try {
    json = JSON.parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    throw new FatalError(`The info JSON cannot be read: ${errorMessage(error)}`);
  }
  const result = infoSchema.safeParse(json);
  if (!result.success) throw new FatalError('The platform is not running: its info names no config server.');
  const url = new URL(result.data.configUrl);
  // A URL drops the port that its scheme implies; the camera's database holds it always (contract §2.4).
  const port = url.port !== '' ? url.port : url.protocol === 'http:' ? '80' : '443';
  return { configHost: `${url.hostname}:${port}`, caFile: join(result.data.certsDir, 'ca.crt') };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FatalError(`The CA cannot be read: ${errorMessage(error)}`);
  }
}

/** Without a port the camera uses 443 (contract §2.4). */
function withPort(host: string): string {
  return /:\d+$/.test(host) ? host : `${host}:443`;
}
