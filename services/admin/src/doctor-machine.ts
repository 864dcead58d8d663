/** Checks of `doctor` that concern files, disk, clock and programs of this machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '@apiary/base/errors';
import { inspectCertificates } from '@apiary/certgen';
import type { InstallationSettings } from './config.ts';
import type { Finding } from './doctor.ts';
import { adminPasswordFile, ownerPasswordFile } from './secret-layout.ts';
import { readSecretFile } from './secrets.ts';

const run = promisify(execFile);
const gibibyte = 2 ** 30;
/** Below this PostgreSQL and uploads are about to fail. */
const diskFailBytes = gibibyte;
const diskWarnBytes = 5 * gibibyte;
const certificateWarnDays = 60;
const browserCertificates: ReadonlySet<string> = new Set(['dashboard', 'turn']);

export async function checkCertificates(settings: InstallationSettings): Promise<Finding[]> {
  const { CERTS_DIR, SERVER_ADDRESS: address, SERVER_NAME: serverName } = settings;
  if (!existsSync(join(CERTS_DIR, 'ca.crt')))
    return [{ subject: 'certificates', level: 'warn', text: 'none yet; `make up` makes them' }];
  return (await inspectCertificates(CERTS_DIR, { address, serverName })).map(({ name, daysLeft, fault }) => {
    const subject = `certificate ${name}`;
    if (fault !== undefined) return { subject, level: 'fail', text: `${fault}; \`make up\` says what to do` };
    const days = daysLeft ?? 0;
    const text = `issued by our CA, ${days} days left`;
    if (days >= certificateWarnDays) return { subject, level: 'pass', text };
    const advice = browserCertificates.has(name)
      ? '`make up` renews it'
      : 'plan to provision the cameras anew before it ends';
    return { subject, level: 'warn', text: `${text}: ${advice}` };
  });
}

export async function checkSecrets({ SECRETS_DIR, DATA_DIR }: InstallationSettings): Promise<Finding> {
  const subject = 'secrets';
  try {
    for (const file of [ownerPasswordFile, adminPasswordFile]) {
      if ((await readSecretFile(SECRETS_DIR, file)) !== undefined) continue;
      return existsSync(join(DATA_DIR, 'postgres', '18'))
        ? { subject, level: 'fail', text: `SECRETS_DIR has no ${file}, but DATA_DIR holds a database` }
        : { subject, level: 'warn', text: 'none yet; `make up` makes them' };
    }
    const mode = (await stat(join(SECRETS_DIR, ownerPasswordFile))).mode & 0o777;
    return (mode & 0o077) === 0
      ? { subject, level: 'pass', text: 'present, closed to others' }
      : { subject, level: 'warn', text: 'can be read by other users; `make up` closes them' };
  } catch (error) {
    return { subject, level: 'fail', text: errorMessage(error) };
  }
}

export async function checkDisk({ DATA_DIR: dataDir }: InstallationSettings): Promise<Finding> {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / gibibyte).toFixed(1)} GiB free at ${dataDir}`;
  const level = free < diskFailBytes ? 'fail' : free < diskWarnBytes ? 'warn' : 'pass';
  return { subject: 'disk', level, text: level === 'pass' ? text : `${text}: recordings need room` };
}

/**
 * Cameras check certificates by a clock they set from the network, so ours must agree with the world's. Without asking
 * the internet, two things tell: the time of our own program files, and whether the kernel's clock is disciplined.
 */
export async function checkClock(): Promise<Finding> {
  const subject = 'clock';
  const now = new Date();
  const built = (await stat(process.argv[1] ?? process.execPath)).mtime;
  if (now.getTime() < built.getTime() - 86_400_000)
    return {
      subject,
      level: 'fail',
      text: `it is ${now.toISOString()} here, earlier than this program was built (${built.toISOString()}): set the clock`,
    };
  const synchronised = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
    timeout: 3000,
  }).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
  return synchronised === 'no'
    ? {
        subject,
        level: 'warn',
        text: `${now.toISOString()}, but no time service keeps it right (timedatectl)`,
      }
    : {
        subject,
        level: 'pass',
        text: `${now.toISOString()}${synchronised === 'yes' ? ', kept by NTP' : ''}`,
      };
}

/** What the stack needs on this machine. In a container of the Compose stack (`compose`) that is nothing. */
export async function checkPrograms(stack?: InstallationSettings['STACK']): Promise<Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const modern = major > 20 || (major === 20 && minor >= 19);
  const node: Finding = {
    subject: 'node',
    level: modern ? 'pass' : 'fail',
    text: modern ? process.versions.node : `${process.versions.node}; 20.19 or later is needed`,
  };
  if (stack === 'compose') return [node];
  const ffmpeg = await version('ffmpeg', ['-version'], /version (\S+)/);
  const engine = await version('docker', ['version', '--format', '{{.Server.Version}}'], /(\S+)/);
  const compose = await version('docker', ['compose', 'version', '--short'], /(\S+)/);
  return [
    node,
    ffmpeg === undefined
      ? {
          subject: 'ffmpeg',
          level: 'warn',
          text: 'not found here: on the embedded stack downloads as MP4 and `make demo` need it (apt-get install ffmpeg)',
        }
      : { subject: 'ffmpeg', level: 'pass', text: ffmpeg },
    {
      subject: 'docker',
      level: 'pass',
      text:
        engine === undefined
          ? 'no engine answers here'
          : `engine ${engine}, Compose ${compose ?? 'not found'}`,
    },
  ];
}

async function version(command: string, args: string[], pattern: RegExp): Promise<string | undefined> {
  try {
    return pattern.exec((await run(command, args, { timeout: 5000 })).stdout)?.[1];
  } catch {
    return undefined;
  }
}
