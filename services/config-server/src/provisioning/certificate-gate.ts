/**
 * Who may have the camera key. Every camera shares one key and the firmware cannot prove who it is (contract §4.1), so
 * what can be checked is where the request comes from, how often, and, if asked for, that a person approved the id.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** A camera asks once a boot; one that cannot boot may retry every few seconds. */
const perIdPerMinute = 60;

export type GateVerdict =
  | { readonly open: true }
  | { readonly open: false; readonly reason: 'network' }
  | { readonly open: false; readonly reason: 'rate'; readonly retryAfterSeconds: number };

export interface CertificateGate {
  ask(address: string, id: string): Promise<GateVerdict>;
}

export function certificateGate(networks: readonly string[], perAddressPerMinute: number): CertificateGate {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    allowed.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  const byAddress = new RateLimiterMemory({ points: perAddressPerMinute, duration: 60 });
  const byId = new RateLimiterMemory({ points: perIdPerMinute, duration: 60 });

  return {
    ask: async (address, id) => {
      const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
      if (family === undefined || !allowed.check(address, family)) return { open: false, reason: 'network' };
      try {
        // One after the other: an address over its limit must not eat up the ids it names.
        await byAddress.consume(address);
        await byId.consume(id);
        return { open: true };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return {
          open: false,
          reason: 'rate',
          retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
        };
      }
    },
  };
}
