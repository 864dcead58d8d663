import { isIPv4 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { detectAddress, isLoopback, ownAddresses, publicListenAddress } from './address.ts';

describe('address of this machine', () => {
  it('is an IPv4 address of an interface, with or without a default route', async () => {
    const address = await detectAddress();
    expect(isIPv4(address)).toBe(true);
    expect(ownAddresses()).toContain(address);
  });

  it('keeps a loopback appliance off the network', () => {
    expect(isLoopback('127.0.0.53')).toBe(true);
    expect(publicListenAddress('127.0.0.1')).toBe('127.0.0.1');
    expect(publicListenAddress('192.168.50.10')).toBe('0.0.0.0');
  });
});
