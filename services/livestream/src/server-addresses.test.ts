import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { ServerAddresses, type ReadInterfaces } from './server-addresses.ts';

type Table = Record<string, string[]>;

/** Interfaces by name, each with addresses such as `192.0.2.2/24`. */
function machine(table: Table): { table: Table; read: ReadInterfaces } {
  const made = {
    table,
    read: () =>
      Object.fromEntries(
        Object.entries(made.table).map(([name, cidrs]) => [
          name,
          cidrs.map((cidr) => {
            const address = cidr.split('/')[0] ?? '';
            const family = address.includes(':') ? 'IPv6' : 'IPv4';
            return { address, cidr, family, internal: name === 'lo' } as NetworkInterfaceInfo;
          }),
        ]),
      ),
  };
  return made;
}
const home = {
  lo: ['127.0.0.1/8'],
  eth0: ['192.168.1.10/24', 'fe80::1/64'],
  wlan0: ['192.168.7.10/24'],
  docker0: ['172.17.0.1/16'],
  'br-0a1b2c3d4e5f': ['172.18.0.1/16'],
  veth01: ['169.254.3.4/16'],
};

it('tells viewers every address of the house, the public one, and none of containers', () => {
  const addresses = new ServerAddresses({
    serverAddress: '192.168.1.10',
    externalAddress: '203.0.113.5',
    readInterfaces: machine(home).read,
  });
  expect(addresses.forViewers()).toEqual(['192.168.1.10', '203.0.113.5', '192.168.7.10']);
});

it('gives a camera the address in its own network, the one of the settings where that is one of them', () => {
  const addresses = new ServerAddresses({
    serverAddress: '192.168.1.10',
    readInterfaces: machine(home).read,
  });
  expect(addresses.forCamera('192.168.1.77')).toBe('192.168.1.10');
  expect(addresses.forCamera('192.168.7.77')).toBe('192.168.7.10');
  for (const elsewhere of [null, '10.0.0.9', 'nonsense', '172.17.0.5'])
    expect(addresses.forCamera(elsewhere)).toBe('192.168.1.10');
});

it('learns them again when they change while it runs', () => {
  const { table, read } = machine({ ...home });
  const addresses = new ServerAddresses({ serverAddress: '192.168.1.10', readInterfaces: read });
  table['eth0'] = ['192.168.1.33/24'];
  delete table['wlan0'];
  expect(addresses.forViewers()).toEqual(['192.168.1.10', '192.168.1.33']);
  expect(addresses.forCamera('192.168.1.77')).toBe('192.168.1.33');
  expect(addresses.forCamera(null)).toBe('192.168.1.33');
  table['usb0'] = ['10.1.1.1/24'];
  expect(addresses.forCamera('10.1.1.2')).toBe('10.1.1.1');
});

it('counts the settings alone in a container, and for an appliance of this machine alone', () => {
  const container = new ServerAddresses({
    serverAddress: '192.168.1.10',
    readInterfaces: machine({ eth0: ['172.20.0.5/16'] }).read,
  });
  expect(container.forViewers()).toEqual(['192.168.1.10']);
  expect(container.forCamera('172.20.0.9')).toBe('192.168.1.10');
  const alone = new ServerAddresses({ serverAddress: '127.0.0.1', readInterfaces: machine(home).read });
  expect(alone.forViewers()).toEqual(['127.0.0.1']);
  expect(alone.forCamera('192.168.1.77')).toBe('127.0.0.1');
});
