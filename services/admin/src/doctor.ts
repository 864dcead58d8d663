/** `make doctor`: one line a subsystem, pass, warn or fail. Looks, and changes nothing. */
import type { Environment } from '@apiary/base/settings';
import { errorMessage } from '@apiary/base/errors';
import { loadInstallation, type InstallationSettings } from './config.ts';
import { checkMediaPorts, checkRelay, controlPortFinding, type ControlPort } from './doctor-live.ts';
import { checkAddress, checkName, checkPorts } from './doctor-network.ts';
import { checkTelegram } from './doctor-notifications.ts';
import { checkCertificates, checkClock, checkDisk, checkPrograms, checkSecrets } from './doctor-machine.ts';

export interface Finding {
  readonly subject: string;
  readonly level: 'pass' | 'warn' | 'fail';
  readonly text: string;
}

export interface DoctorOptions {
  readonly environment: Environment;
  readonly root: string;
  /** A container without the host's network cannot see the host's addresses and ports. */
  readonly hostNetwork: boolean;
  /** Compose stack: the media server's control port, and how it looks from outside. */
  readonly controlPort?: { readonly port: number; readonly state: ControlPort } | undefined;
  /** Send a test message to every chat; the one thing doctor does to others. */
  readonly sendTest?: boolean;
}

type Check = (settings: InstallationSettings) => Finding | Finding[] | Promise<Finding | Finding[]>;

export async function examine(options: DoctorOptions): Promise<Finding[]> {
  let settings: InstallationSettings;
  const findings: Finding[] = [];
  try {
    const installation = await loadInstallation(options.environment, options.root);
    settings = installation.settings;
    for (const text of installation.warnings) findings.push({ subject: 'settings', level: 'warn', text });
  } catch (error) {
    // Without settings nothing else can be asked.
    return [{ subject: 'settings', level: 'fail', text: errorMessage(error) }, ...(await checkPrograms())];
  }
  findings.push({ subject: 'settings', level: 'pass', text: 'all keys are valid' });
  const network: Check[] = options.hostNetwork
    ? [checkAddress, checkName, checkPorts, checkRelay, checkMediaPorts]
    : [
        () => ({
          subject: 'network',
          level: 'warn',
          text: 'address, name and ports not checked: this container has no view of the host’s network',
        }),
      ];
  const checks: Check[] = [
    ...network,
    checkSecrets,
    checkCertificates,
    checkDisk,
    checkClock,
    ({ STACK }) => checkPrograms(STACK),
    (all) => checkTelegram(all, options.sendTest === true),
  ];
  if (options.controlPort !== undefined) {
    const { port, state } = options.controlPort;
    checks.unshift(() => controlPortFinding(port, state));
  }
  for (const check of checks) findings.push(...[await check(settings)].flat());
  return findings;
}

export const failed = (findings: readonly Finding[]): boolean =>
  findings.some(({ level }) => level === 'fail');

export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length)) + 2;
  return findings
    .map(({ level, subject, text }) => {
      const indent = ' '.repeat(6 + width);
      return `${level.toUpperCase().padEnd(6)}${subject.padEnd(width)}${text.replaceAll('\n', `\n${indent}`)}`;
    })
    .join('\n');
}
