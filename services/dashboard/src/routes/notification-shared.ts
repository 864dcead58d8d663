/** What both files of notification routes use. */
import { recordAudit } from '@apiary/database/audit-repository';
import type { RouteInput } from '../http/route.ts';

export type Input = Pick<RouteInput<unknown, unknown, unknown, unknown>, 'session' | 'address'>;

/** As the settings have it where nobody changed them; the notifier says what holds once it ran. */
export const usualDefaults = { motion: true, person: true, sound: false, online: true, offline: true };

export async function audit(
  db: Parameters<typeof recordAudit>[0],
  { session, address }: Input,
  action: string,
  cameraId: string | null,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const camera = cameraId === null ? {} : { cameraId };
  await recordAudit(db, { actor: session.user.username, action, address, details, ...camera });
}
