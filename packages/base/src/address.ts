/** Which of this machine's addresses cameras reach. */
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { withDeadline } from './deadline.ts';

/** An address of TEST-NET-1 (RFC 5737): routed like any other, belongs to nobody. */
const somewhereElse = '192.0.2.1';
const loopback = '127.0.0.1';

/**
 * The source IPv4 address of the default route, 127.0.0.1 when there is none. Asks the routing table by connecting a
 * UDP socket, which sends no packet.
 */
export async function detectAddress(): Promise<string> {
  const socket = createSocket('udp4');
  try {
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(9, somewhereElse, () => resolve());
    });
    await withDeadline(connected, 2000, 'asking for the default route');
    return socket.address().address;
  } catch {
    return loopback;
  } finally {
    socket.close();
  }
}

export const isLoopback = (address: string): boolean => address.startsWith('127.');

/** Address public ports listen on: an appliance for this machine alone is not opened to the network. */
export const publicListenAddress = (serverAddress: string): string =>
  isLoopback(serverAddress) ? loopback : '0.0.0.0';

/** IPv4 addresses of this machine, loopback included. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4')
    .map((entry) => entry.address);
}
