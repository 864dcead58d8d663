/**
 * Mends the one thing of a camera's request that Node's HTTP parser refuses: a target without its leading slash
 * (`GET hivecam/ID HTTP/1.1`, contract §4.1). Works on the first bytes of a connection, before the parser sees them;
 * every response closes the connection, so there is no second request line.
 */

/** Longest first line looked at; the parser judges anything longer by itself. */
export const requestLineLimit = 16 * 1024;

/** The bytes to parse once `bytes` hold a whole first line; undefined while more must come. */
export function mendRequestLine(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf(0x0a);
  if (end === -1) return bytes.length >= requestLineLimit ? bytes : undefined;
  const space = bytes.indexOf(0x20);
  if (space === -1 || space >= end) return bytes;
  const target = space + 1;
  if (bytes[target] === 0x2f || !lacksSlash(bytes.toString('latin1', target, Math.min(end, target + 64))))
    return bytes;
  return Buffer.concat([bytes.subarray(0, target), Buffer.from('/'), bytes.subarray(target)]);
}

/** Not `/path`, not `*`, not `https://host/path`, and not a line that has no target at all. */
function lacksSlash(rest: string): boolean {
  return !/^(\/|\*|[a-z][a-z0-9+.-]*:\/\/|HTTP\/|\s|$)/i.test(rest);
}
