/** Checks of `doctor` that concern addresses, names and ports. */
import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { isLoopback, ownAddresses, publicListenAddress } from '@apiary/base/address';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';
import type { InstallationSettings } from './config.ts';
import type { Finding } from './doctor.ts';
import { namelessWarning } from './setup.ts';

const timeoutMs = 3000;

export function checkAddress({ SERVER_ADDRESS: address }: InstallationSettings): Finding {
  const subject = 'address';
  if (!isLoopback(address) && !ownAddresses().includes(address))
    return {
      subject,
      level: 'fail',
      text: `SERVER_ADDRESS ${address} is not an address of this machine (it has ${ownAddresses().join(', ')})`,
    };
  if (isLoopback(address))
    return {
      subject,
      level: 'warn',
      text: `${address} is this machine itself: real cameras cannot reach it. Set SERVER_ADDRESS to its LAN address.`,
    };
  return { subject, level: 'pass', text: address };
}

export async function checkName(settings: InstallationSettings): Promise<Finding> {
  const { SERVER_NAME: name, SERVER_ADDRESS: address } = settings;
  const subject = 'name';
  if (name === undefined) return { subject, level: 'warn', text: namelessWarning(address) };
  try {
    const found = await withDeadline(lookup(name, { family: 4, all: true }), timeoutMs, 'the DNS query');
    const addresses = found.map((entry) => entry.address);
    return addresses.includes(address)
      ? { subject, level: 'pass', text: `${name} is ${address}` }
      : {
          subject,
          level: 'fail',
          text: `${name} is ${addresses.join(', ')}, not ${address}: correct the entry in your router’s DNS`,
        };
  } catch (error) {
    return {
      subject,
      level: 'fail',
      text: `${name} is not known here (${errorMessage(error)}): add ${name} → ${address} to your router’s DNS`,
    };
  }
}

const portNames = [
  'CONFIG_PORT',
  'MQTT_TLS_PORT',
  'HTTPS_PORT',
  'DASHBOARD_PORT',
  'SIGNALING_PORT',
  'TURN_TLS_PORT',
] as const;

/** Free, or held by this installation: told by a certificate of our CA behind it. */
export async function checkPorts(settings: InstallationSettings): Promise<Finding[]> {
  const ca = await readFile(certificateFiles(settings.CERTS_DIR, 'ca').certificate).catch(() => undefined);
  const host = publicListenAddress(settings.SERVER_ADDRESS);
  return Promise.all(
    portNames.map(async (name): Promise<Finding> => {
      const port = settings[name];
      const finding = (level: Finding['level'], text: string): Finding => ({
        subject: `port ${port}`,
        level,
        text: `${name} ${text}`,
      });
      const trouble = await tryToListen(port, host);
      if (trouble === undefined) return finding('pass', 'is free');
      if (trouble === 'EACCES')
        return finding(
          'warn',
          'may be opened by root only: run `make up` as root, choose a port above 1023, or lower net.ipv4.ip_unprivileged_port_start',
        );
      if (trouble !== 'EADDRINUSE') return finding('fail', `cannot be opened (${trouble})`);
      return (await isOurs(port, settings.SERVER_ADDRESS, ca))
        ? finding('pass', 'is held by this installation')
        : finding('fail', `is taken by another program; stop it or set ${name} to a free port`);
    }),
  );
}

/** The code of what went wrong, undefined when listening worked. */
export async function tryToListen(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, exclusive: true }, resolve);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : errorMessage(error);
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

async function isOurs(port: number, host: string, ca: Buffer | undefined): Promise<boolean> {
  if (ca === undefined) return false;
  const authority = new X509Certificate(ca);
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    const raw = await withDeadline(
      new Promise<Buffer | undefined>((resolve) => {
        const answer = (): void => resolve(socket.getPeerX509Certificate()?.raw);
        socket.once('secureConnect', answer);
        // The broker refuses us for lack of a client certificate, after it has shown its own.
        socket.once('error', answer);
      }),
      timeoutMs,
      'the TLS handshake',
    );
    return raw !== undefined && new X509Certificate(raw).verify(authority.publicKey);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
