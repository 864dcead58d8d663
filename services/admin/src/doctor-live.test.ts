/** Doctor's lines about live view, against real sockets. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { freePort } from '@apiary/test-support/free-port';
import { afterEach, describe, expect, it } from 'vitest';
import { loadInstallation, type InstallationSettings } from './config.ts';
import { checkMediaPorts, checkRelay, controlPortFinding, probeControlPort } from './doctor-live.ts';

const sockets: (Socket | Server)[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
async function udp(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  return socket;
}
async function tcp(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  sockets.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}
const settingsOf = async (more: Record<string, string>): Promise<InstallationSettings> => {
  const environment = {
    SERVER_ADDRESS: '127.0.0.1',
    SIGNALING_PORT: String(await freePort()),
    MEDIA_MIN_PORT: '26700',
    MEDIA_MAX_PORT: '26711',
    ...more,
  };
  return (await loadInstallation(environment, '/nonexistent')).settings;
};

describe('media ports', () => {
  it('are free, with what they are enough for', async () => {
    const finding = await checkMediaPorts(await settingsOf({}));
    expect(finding).toEqual({
      subject: 'media ports',
      level: 'pass',
      text: '26700–26711/udp: room for 2 cameras with a viewer each, all free',
    });
  });

  it('are taken: by ours while live view runs, else by somebody else', async () => {
    await udp(26705);
    const settings = await settingsOf({});
    expect(await checkMediaPorts(settings)).toMatchObject({
      level: 'warn',
      text: '26700–26711/udp: 1 of 12 are taken by other programs (26705)',
    });
    await tcp(settings.SIGNALING_PORT);
    expect(await checkMediaPorts(settings)).toMatchObject({ level: 'pass' });
  });

  it('are too few for one camera', async () => {
    const finding = await checkMediaPorts(await settingsOf({ MEDIA_MAX_PORT: '26703' }));
    expect(finding).toMatchObject({ level: 'fail' });
    expect(finding.text).toContain('widen');
  });
});

describe('the relay’s port', () => {
  it('is free', async () => {
    const settings = await settingsOf({ TURN_PORT: String(await freePort()) });
    expect(await checkRelay(settings)).toMatchObject({ level: 'pass', text: 'TURN_PORT is free (udp, tcp)' });
  });

  it('is held by something that speaks STUN', async () => {
    const relay = await udp();
    let lost = 0;
    relay.on('message', (request, from) => {
      // The first packet is lost, the second answered as RFC 8489 wants it.
      if (lost++ === 0) return;
      const answer = Buffer.concat([Buffer.from('01010000', 'hex'), request.subarray(4, 20)]);
      relay.send(answer, from.port, from.address);
    });
    const settings = await settingsOf({ TURN_PORT: String(relay.address().port) });
    expect(await checkRelay(settings)).toMatchObject({
      level: 'pass',
      text: 'TURN_PORT is held by a TURN relay',
    });
  });

  it('is taken by something that does not', async () => {
    const stranger = await udp();
    stranger.on('message', (_message, from) => stranger.send('hello', from.port, from.address));
    const settings = await settingsOf({ TURN_PORT: String(stranger.address().port) });
    expect(await checkRelay(settings)).toMatchObject({ level: 'fail' });
  });
});

describe('the control port', () => {
  it('is closed, or open at one of the addresses', async () => {
    const port = await freePort();
    expect(await probeControlPort(['127.0.0.1'], port)).toBe('closed');
    await tcp(port);
    expect(await probeControlPort(['127.0.0.2', '127.0.0.1'], port)).toBe('open');
  });

  it('open is a failure that says what to do', () => {
    expect(controlPortFinding(8888, 'open')).toMatchObject({ level: 'fail' });
    expect(controlPortFinding(8888, 'open').text).toMatch(/OPEN[\s\S]*media-guard/);
    expect(controlPortFinding(8888, 'closed')).toMatchObject({ level: 'pass' });
  });
});
