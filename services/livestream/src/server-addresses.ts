/**
 * Addresses the media server is reached at: `SERVER_ADDRESS`, `EXTERNAL_ADDRESS`, and what else this machine has on the
 * networks of the house, asked anew each time, because a lease can change and a cable be plugged in. Where this process
 * does not see the machine's networks, as in a container, the settings alone count.
 */
import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

export type ReadInterfaces = () => NodeJS.Dict<NetworkInterfaceInfo[]>;

export interface AddressOptions {
  readonly serverAddress: string;
  readonly externalAddress?: string | undefined;
  readonly readInterfaces?: ReadInterfaces;
}

/** Networks of containers and virtual machines, and tunnels: no camera or browser of the house is in them. */
const virtual =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|podman|lxc|lxd|dummy|tun|tap|wg|tailscale|zt)/;

interface Own {
  readonly address: string;
  readonly cidr: string;
}

export class ServerAddresses {
  readonly #server: string;
  readonly #external: string | undefined;
  readonly #read: ReadInterfaces;
  /** Our interfaces are the machine's. */
  readonly #seesMachine: boolean;

  constructor({ serverAddress, externalAddress, readInterfaces = networkInterfaces }: AddressOptions) {
    this.#server = serverAddress;
    this.#external = externalAddress;
    this.#read = readInterfaces;
    // An appliance for this machine alone is reached at loopback alone.
    this.#seesMachine = this.#own().some(({ address }) => address === serverAddress);
  }

  /** What viewers may be told. */
  forViewers(): string[] {
    const own = this.#seesMachine ? this.#own().map(({ address }) => address) : [];
    return [...new Set([this.#server, ...(this.#external === undefined ? [] : [this.#external]), ...own])];
  }

  /** The one in the camera's own network; never chosen by where a viewer is. */
  forCamera(cameraAddress: string | null): string {
    if (!this.#seesMachine) return this.#server;
    const own = this.#own();
    const near = own.filter(({ cidr }) => cameraAddress !== null && contains(cidr, cameraAddress));
    const stands = (list: readonly Own[]): boolean => list.some(({ address }) => address === this.#server);
    if (near.length === 0) {
      const [only, ...others] = own;
      // The address of the settings is gone, and there is one in its place.
      return !stands(own) && only !== undefined && others.length === 0 ? only.address : this.#server;
    }
    return stands(near) ? this.#server : (near[0]?.address ?? this.#server);
  }

  #own(): Own[] {
    return Object.entries(this.#read()).flatMap(([name, addresses]) =>
      virtual.test(name)
        ? []
        : (addresses ?? []).flatMap(({ family, internal, address, cidr }) =>
            family !== 'IPv4' || internal || cidr === null || address.startsWith('169.254.')
              ? []
              : [{ address, cidr }],
          ),
    );
  }
}

function contains(cidr: string, address: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  if (!isIPv4(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(address, 'ipv4');
}
