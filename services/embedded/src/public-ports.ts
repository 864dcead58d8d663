/** The ports people and cameras know: checked before anything starts, all faults told at once with what to do. */
import { FatalError } from '@apiary/base/errors';
import type { SettingName } from '@apiary/base/settings';
import { bindFault } from './free-ports.ts';

export interface PublicPort {
  readonly name: SettingName;
  readonly port: number;
  /** For the message: who uses it. */
  readonly use: string;
}

/** @throws FatalError naming every port that cannot be bound */
export async function checkPublicPorts(ports: readonly PublicPort[], host: string): Promise<void> {
  const faults: string[] = [];
  let privileged = false;
  for (const { name, port, use } of ports) {
    const code = await bindFault(port, host);
    if (code === undefined) continue;
    if (code === 'EACCES') privileged = true;
    faults.push(`  ${name}: ${use} cannot use port ${port} of ${host}: ${reasonOf(code)}`);
  }
  if (faults.length === 0) return;
  if (privileged)
    faults.push(
      'Ports below 1024 need a privilege. Run as root, or allow them once for all users with',
      '  sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80',
      'or choose higher ports (CONFIG_PORT=8080 HTTPS_PORT=8443). Cameras know the config port by what is written in',
      'their database: make their package (make camera-package) after the change.',
    );
  throw new FatalError(`Ports that cannot be used:\n${faults.join('\n')}`);
}

const reasonOf = (code: string): string =>
  ({
    EACCES: 'not allowed for this user.',
    EADDRINUSE: 'another program uses it; stop that one or choose another port.',
    EADDRNOTAVAIL: 'this machine does not have that address.',
  })[code] ?? code;
