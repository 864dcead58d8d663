/** How long to leave a target alone after failures in a row: doubling from a second to a minute, a quarter of it by chance. */
const firstMs = 1000;
const longestMs = 60_000;

/** @param failures in a row, from 1 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ms = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.round(ms * (0.75 + 0.25 * random()));
}
