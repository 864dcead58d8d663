/** The filter of the audit log: it lives in the URL, and becomes the query of GET /api/audit. */

export const filterKeys = ['actor', 'action', 'camera', 'from', 'to'] as const;
export type AuditFilter = Readonly<Record<(typeof filterKeys)[number], string>>;

/** Empty texts for what is not filtered by. `from` and `to` are days, YYYY-MM-DD, both inclusive, of the reader. */
export const filterOf = (query: URLSearchParams): AuditFilter => ({
  actor: query.get('actor') ?? '',
  action: query.get('action') ?? '',
  camera: query.get('camera') ?? '',
  from: query.get('from') ?? '',
  to: query.get('to') ?? '',
});

/** Midnight of a day in the reader's zone, `later` days on; undefined for what is no day. */
function midnight(day: string, later = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

export function auditPath(filter: AuditFilter, cursor: string | null, limit: number): string {
  const wanted = {
    actor: filter.actor,
    action: filter.action,
    cameraId: filter.camera,
    from: midnight(filter.from),
    to: midnight(filter.to, 1),
    cursor: cursor ?? undefined,
  };
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [key, value] of Object.entries(wanted))
    if (value !== undefined && value !== '') query.set(key, value);
  return `/api/audit?${query.toString()}`;
}
