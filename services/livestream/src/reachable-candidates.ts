/**
 * Which addresses of the media server viewers are told, and which of a viewer the media server. The one may also have
 * addresses of containers and virtual networks, where a viewer's checks would die one timeout after the other; the other
 * hides its own behind a name.
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

/**
 * A browser without a microphone names its own address `<uuid>.local`, which only its own machine can look up; the port
 * beside it is real. On one network the address is the one its signalling comes from, and told so the media server can
 * check the path at once instead of waiting for the browser's own checks (50 to 100 ms a start with the embedded one). A
 * guess that is wrong costs one unanswered check.
 */
export function withAddressOf(address: string, candidate: string): string {
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return ipv4 === undefined
    ? candidate
    : candidate.replace(/ [0-9a-z-]+\.local (?=\d+ typ host)/i, ` ${ipv4} `);
}
