/** Which certificates an installation has, and what each must say (contract §3.1, §3.2). Pure. */
import type { PairName } from './pair-files.ts';
import { days, type LeafRequest } from './x509.ts';

export interface CertificateNames {
  /** LAN IPv4 that cameras reach. */
  readonly address: string;
  /** DNS name of the broker and the dashboard. */
  readonly serverName?: string | undefined;
}

export type LeafName = Exclude<PairName, 'ca'>;

export interface LeafPlan extends Pick<LeafRequest, 'commonName' | 'usage' | 'dnsNames' | 'addresses'> {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  readonly lifeDays: number;
}

/** Cameras hold their trust for years; phones and browsers refuse a server certificate of more than 398 days. */
export const cameraFacingLifeDays = 3650;
const browserFacingLifeDays = 397;

/** Old clocks after a power cut must not find a certificate "not yet valid". */
export const backdateMs = days(2);
/** Share of its life after which a leaf is made anew. */
export const renewAfter = 2 / 3;

export const leafNames = ['broker', 'config_server', 'dashboard', 'turn', 'camera_client'] as const;

export function planLeaf(name: LeafName, { address, serverName }: CertificateNames): LeafPlan {
  const dnsNames = serverName === undefined ? [] : [serverName];
  const server = { usage: 'server', addresses: [address] } as const;
  switch (name) {
    case 'broker':
      return {
        ...server,
        commonName: address,
        dnsNames: [...dnsNames, ...dnsNames.flatMap(parentWildcard)],
        lifeDays: cameraFacingLifeDays,
      };
    case 'config_server':
      return { ...server, commonName: address, dnsNames: [], lifeDays: cameraFacingLifeDays };
    case 'dashboard':
    case 'turn':
      return { ...server, commonName: serverName ?? address, dnsNames, lifeDays: browserFacingLifeDays };
    case 'camera_client':
      return {
        usage: 'client',
        commonName: 'camera_client',
        dnsNames: [],
        addresses: [],
        lifeDays: cameraFacingLifeDays,
      };
  }
}

/** `*.example.net` for `cams.example.net`, as the proven broker certificate has it; none for a whole top level. */
function parentWildcard(name: string): string[] {
  const parent = name.split('.').slice(1);
  return parent.length < 2 ? [] : [`*.${parent.join('.')}`];
}
