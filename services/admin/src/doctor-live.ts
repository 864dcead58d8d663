/** Checks of `doctor` that concern live view: its UDP ports, the TURN relay, the media server's control port. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { publicListenAddress } from '@apiary/base/address';
import { withDeadline } from '@apiary/base/deadline';
import type { InstallationSettings } from './config.ts';
import type { Finding } from './doctor.ts';
import { tryToListen } from './doctor-network.ts';

const timeoutMs = 2000;
/** Packets are lost on the best of networks. */
const stunTries = 3;
/** As in services/livestream/src/capacity.ts: what a camera and its first viewer take. */
const portsOfOneCamera = 6;

/** UDP ports of cameras and viewers. A running media server holds some of them. */
export async function checkMediaPorts(settings: InstallationSettings): Promise<Finding> {
  const { MEDIA_MIN_PORT: first, MEDIA_MAX_PORT: last, SERVER_ADDRESS: address } = settings;
  const count = last - first + 1;
  const finding = (level: Finding['level'], text: string): Finding => ({
    subject: 'media ports',
    level,
    text: `${first}–${last}/udp: ${text}`,
  });
  if (count < portsOfOneCamera)
    return finding(
      'fail',
      `one camera and one viewer need ${portsOfOneCamera} ports; widen MEDIA_MIN_PORT..MEDIA_MAX_PORT`,
    );
  const host = publicListenAddress(address);
  const taken: number[] = [];
  for (let port = first; port <= last; port += 1) if (!(await canBind(port, host))) taken.push(port);
  const cameras = Math.floor(count / portsOfOneCamera);
  const room = `room for ${cameras} cameras with a viewer each`;
  if (taken.length === 0) return finding('pass', `${room}, all free`);
  if ((await tryToListen(settings.SIGNALING_PORT, host)) === 'EADDRINUSE')
    return finding('pass', `${room}, ${taken.length} of ${count} in use while live view runs`);
  return finding('warn', `${taken.length} of ${count} are taken by other programs (${shorten(taken)})`);
}

/** Does a TURN relay answer, or is its port free for one? TURN_TLS_PORT shows its certificate, so `checkPorts` knows it. */
export async function checkRelay({
  SERVER_ADDRESS: address,
  TURN_PORT: port,
}: InstallationSettings): Promise<Finding> {
  const finding = (level: Finding['level'], text: string): Finding => ({
    subject: `port ${port}`,
    level,
    text: `TURN_PORT ${text}`,
  });
  const [udp, tcp] = [await canBind(port, address), await tryToListen(port, address)];
  if (udp && tcp === undefined) return finding('pass', 'is free (udp, tcp)');
  if (!udp && (await answersStun(port, address))) return finding('pass', 'is held by a TURN relay');
  return finding('fail', 'is taken by another program; stop it or set TURN_PORT to a free port');
}

/** What `make doctor` found out from a container outside the installation's networks, which is where the LAN stands too. */
export type ControlPort = 'open' | 'closed';

export const controlPortFinding = (port: number, state: ControlPort): Finding => ({
  subject: 'control port',
  ...(state === 'closed'
    ? { level: 'pass', text: `${port}/tcp of the media server is closed to the network` }
    : {
        level: 'fail',
        text: `${port}/tcp of the media server is OPEN to your network: whoever reaches it sees through your cameras.\nRun \`make up\`; if that does not help, \`make logs SERVICE=media-guard\` says why, and kurento/README.md what to do.`,
      }),
});

/** Open when any of the addresses lets us in. A port that drops what comes to it looks closed after `timeoutMs`. */
export async function probeControlPort(addresses: readonly string[], port: number): Promise<ControlPort> {
  const opened = await Promise.all(addresses.map((address) => opens(address, port)));
  return opened.includes(true) ? 'open' : 'closed';
}

async function opens(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await withDeadline(
      new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      }),
      timeoutMs,
      'the connection',
    );
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function canBind(port: number, address: string): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address, exclusive: true }, resolve);
    });
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** A binding request (RFC 8489 §6): 20 bytes, to which any STUN server answers with our transaction id. */
async function answersStun(port: number, host: string): Promise<boolean> {
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  const socket = createSocket('udp4');
  try {
    const answered = new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.on('message', (message) => {
        if (message.subarray(4, 20).equals(request.subarray(4))) resolve(true);
      });
    });
    for (let attempt = 0; attempt < stunTries; attempt += 1) {
      socket.send(request, port, host);
      const waited = await withDeadline(answered, timeoutMs / stunTries, 'the answer').catch(() => undefined);
      if (waited !== undefined) return waited;
    }
    return false;
  } finally {
    socket.close();
  }
}

const shorten = (ports: readonly number[]): string =>
  ports.length > 5 ? `${ports.slice(0, 5).join(', ')}, …` : ports.join(', ');
