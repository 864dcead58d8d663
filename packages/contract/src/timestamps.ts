/**
 * Timestamps of cameras (contract §6.5): Unix seconds, milliseconds, digit strings, ISO texts. Camera clocks can be
 * wrong after boot, so the reported time is kept apart from the time that orders lists.
 */

const earliestMs = Date.UTC(2020, 0, 1);
const futureToleranceMs = 5 * 60_000;
const maxDateMs = 8.64e15;

/** The camera's own claim, or undefined when missing or unreadable. Never throws. */
export function parseTimestamp(value: unknown): Date | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{1,16}(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  if (!text.includes('T')) return undefined;
  // Firmware times are UTC; without a zone a Date would be read as local time.
  const withZone = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(withZone);
  return Number.isNaN(ms) || Math.abs(ms) > yearLimitMs ? undefined : new Date(ms);
}

/** timestamptz of PostgreSQL reaches further, but a four-digit year is what a camera can mean. */
const yearLimitMs = Date.UTC(9999, 11, 31);

function fromNumber(value: number): Date | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  const ms = value > 1e11 ? value : value * 1000;
  return ms > maxDateMs || ms > yearLimitMs ? undefined : new Date(Math.floor(ms));
}

/** The time that may order a list: the camera's where it is believable, else the time of receipt. */
export function effectiveTime(reported: Date | undefined, receivedAt: Date): Date {
  if (reported === undefined) return receivedAt;
  const ms = reported.getTime();
  return ms < earliestMs || ms > receivedAt.getTime() + futureToleranceMs ? receivedAt : reported;
}
