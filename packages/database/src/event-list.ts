/**
 * Lists of events, newest first, by keyset. No list reads more than it shows by much, however many events there are:
 *
 * - cameras and kinds are one walk of an index each, merged (`lateral`), never a filter over everything;
 * - filters no index knows (time of day, reviewed) look at `windowDays` at a time and at most `windowsAtOnce` of them;
 *   a page may then be short or empty and still have a next one.
 */
import type { Queryable } from './pool.ts';
import { eventCamera, eventColumns, eventVisible, type EventRow } from './event-queries.ts';

/** Place in a list: the last row of the page before. */
export interface EventPosition {
  readonly startExact: string;
  readonly eventId: string;
}

export interface EventFilter {
  /** Undefined: of every camera. */
  readonly cameraIds?: readonly string[] | undefined;
  readonly kinds?: readonly EventRow['kind'][] | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** Minutes since local midnight, end exclusive; an end before the start goes over midnight. */
  readonly timeOfDay?:
    { readonly zone: string; readonly fromMinute: number; readonly toMinute: number } | undefined;
  /** Looked at by this user, or not. */
  readonly reviewed?: { readonly userId: string; readonly value: boolean } | undefined;
  /** Only what a person keeps. */
  readonly kept?: true | undefined;
  readonly after?: EventPosition | undefined;
  readonly limit: number;
}

export interface EventPage {
  readonly events: EventRow[];
  readonly next: EventPosition | undefined;
}

const windowDays = 31;
const windowsAtOnce = 4;
const dayMs = 86_400_000;

/** Newest first; one row more than `limit` would show tells whether there is another page. */
export async function listEvents(db: Queryable, filter: EventFilter): Promise<EventPage> {
  if (filter.timeOfDay === undefined && filter.reviewed === undefined)
    return pageOf(await rowsOf(db, filter, filter.limit + 1), filter.limit);
  return listByWindows(db, filter);
}

function pageOf(rows: EventRow[], limit: number): EventPage {
  const events = rows.slice(0, limit);
  return { events, next: rows.length > limit ? events.at(-1) : undefined };
}

async function listByWindows(db: Queryable, filter: EventFilter): Promise<EventPage> {
  const oldest = await oldestStart(db, filter.from);
  if (oldest === undefined) return { events: [], next: undefined };
  const rows: EventRow[] = [];
  let { after, to } = filter;
  for (let window = 0; window < windowsAtOnce; window++) {
    const upper = Math.min(
      to?.getTime() ?? Infinity,
      after === undefined ? Infinity : Date.parse(after.startExact) + 1,
      await newestStart(db, after === undefined ? to : new Date(after.startExact)),
    );
    const lower = new Date(Math.max(upper - windowDays * dayMs, oldest.getTime()));
    const missing = filter.limit + 1 - rows.length;
    rows.push(...(await rowsOf(db, { ...filter, after, to, from: lower }, missing)));
    if (rows.length > filter.limit) return pageOf(rows, filter.limit);
    if (lower.getTime() <= oldest.getTime()) return { events: rows, next: undefined };
    after = undefined;
    to = lower;
  }
  // Everything before `to` is still to be looked at.
  return { events: rows, next: { startExact: exact(to ?? oldest), eventId: ' ' } };
}

/** One past the newest event up to `upTo`, in milliseconds: time without events costs no window. */
async function newestStart(db: Queryable, upTo: Date | undefined): Promise<number> {
  const { rows } = await db.query<{ newest: Date | null }>(
    `select max(start_timestamp) as newest from activity_events
     where $1::timestamptz is null or start_timestamp <= $1::timestamptz + interval '1 millisecond'`,
    [upTo ?? null],
  );
  return (rows[0]?.newest?.getTime() ?? 0) + 1;
}

/** Where looking back ends: `from`, or the very first event. Undefined: there are none. */
async function oldestStart(db: Queryable, from: Date | undefined): Promise<Date | undefined> {
  const { rows } = await db.query<{ oldest: Date | null }>(
    'select min(start_timestamp) as oldest from activity_events',
  );
  const oldest = rows[0]?.oldest ?? undefined;
  return oldest !== undefined && from !== undefined && from > oldest ? from : oldest;
}

const exact = (date: Date): string => date.toISOString().replace('Z', '000Z');

async function rowsOf(db: Queryable, filter: EventFilter, limit: number): Promise<EventRow[]> {
  const { text, values } = statementOf(filter, limit);
  return (await db.query<EventRow>(text, values)).rows;
}

/** The statement of one walk; exported so that a test can look at its plan. */
export function statementOf(filter: EventFilter, limit: number): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [eventVisible, ...conditionsOf(filter, bind)];
  const lists: string[] = [];
  const cameras = filter.cameraIds === undefined ? undefined : bind(filter.cameraIds);
  const kinds = filter.kinds === undefined ? undefined : bind(filter.kinds);
  if (filter.kept === true) {
    // Few, and an index of their own.
    if (cameras !== undefined) conditions.push(`e.camera_id = any(${cameras})`);
    if (kinds !== undefined) conditions.push(`e.kind = any(${kinds})`);
  } else {
    if (cameras !== undefined) lists.push(`unnest(${cameras}::text[]) as one_camera`);
    if (kinds !== undefined) lists.push(`unnest(${kinds}::text[]) as one_kind`);
    if (cameras !== undefined) conditions.push('e.camera_id = one_camera');
    if (kinds !== undefined) conditions.push('e.kind = one_kind');
  }
  const order = 'order by e.start_timestamp desc, e.event_id desc';
  const walk = `select e.* from activity_events e where ${conditions.join(' and ')} ${order} limit ${bind(limit)}`;
  const merged =
    lists.length === 0
      ? walk
      : `select e.* from ${lists.join(' cross join ')} cross join lateral (${walk}) e ${order} limit $${values.length}`;
  // The page is cut before the join, so that the join never sees more than a page.
  return { text: `select ${eventColumns} from (${merged}) e ${eventCamera} ${order}`, values };
}

function conditionsOf(filter: EventFilter, bind: (value: unknown) => string): string[] {
  const { from, to, after, timeOfDay, reviewed } = filter;
  const conditions: string[] = [];
  if (from !== undefined) conditions.push(`e.start_timestamp >= ${bind(from)}`);
  if (to !== undefined) conditions.push(`e.start_timestamp < ${bind(to)}`);
  if (after !== undefined)
    conditions.push(
      `(e.start_timestamp, e.event_id) < (${bind(after.startExact)}::timestamptz, ${bind(after.eventId)}::text)`,
    );
  if (filter.kept === true) conditions.push('e.kept_at is not null');
  if (timeOfDay !== undefined) {
    const minute = `(extract(epoch from (e.start_timestamp at time zone ${bind(timeOfDay.zone)}::text)::time) / 60)`;
    const joint = timeOfDay.fromMinute <= timeOfDay.toMinute ? 'and' : 'or';
    conditions.push(
      `(${minute} >= ${bind(timeOfDay.fromMinute)}::int ${joint} ${minute} < ${bind(timeOfDay.toMinute)}::int)`,
    );
  }
  if (reviewed !== undefined)
    conditions.push(
      `${reviewed.value ? '' : 'not '}exists (select from event_reviews r
         where r.user_id = ${bind(reviewed.userId)}::uuid and r.event_id = e.event_id)`,
    );
  return conditions;
}
