/** A camera is reached at a literal address of a private network and nowhere else: no name that resolves to something. */
import { BlockList } from 'node:net';

const privateNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, bits);

export const isCameraAddress = (address: string): boolean => privateNetworks.check(address, 'ipv4');
