/**
 * Which addresses of the media server viewers are told. It may also have addresses of containers and virtual networks,
 * where a viewer's checks would die one timeout after the other.
 */

/** `candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type> …` (RFC 8839 §5.1) */
const form = /candidate:\S+ \d+ \S+ \d+ (\S+) \d+ typ (\S+)/i;

/** Relayed and reflexive ones lead through a server that knows where it is; a host candidate must be one of ours. */
export function isReachable(candidate: string, addresses: readonly string[]): boolean {
  const [, address, type] = form.exec(candidate) ?? [];
  if (address === undefined) return false;
  return type !== 'host' || addresses.includes(address);
}

/** The answer without candidates nobody reaches. */
export function withoutUnreachable(sdp: string, addresses: readonly string[]): string {
  return sdp
    .split(/(?<=\n)/)
    .filter((line) => !line.startsWith('a=candidate:') || isReachable(line, addresses))
    .join('');
}
