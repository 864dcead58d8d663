/**
 * Keeps server certificates fresh while the appliance runs for years: the dashboard's and the relay's last 397 days and
 * are renewed at two thirds of it. Who serves a certificate watches its file. The CA and the cameras' certificate are
 * never replaced.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { ensureCertificates, type EnsureOptions } from '@apiary/certgen';
import type { InstallationSettings } from './config.ts';
import { giveKeysToComposeUsers } from './owners.ts';

/** A day: two thirds of 397 days leave 132 tries. */
const lookEveryMs = 24 * 3600_000;

export interface RenewalOptions extends EnsureOptions {
  readonly settings: Pick<InstallationSettings, 'CERTS_DIR' | 'SERVER_ADDRESS' | 'SERVER_NAME'>;
  readonly owners: 'compose' | 'self';
  readonly logger: Logger;
}

/** One look: renews what is due, says what it did. A fault is logged, the next look may succeed. */
export async function renewCertificates({
  settings,
  owners,
  logger,
  ...options
}: RenewalOptions): Promise<void> {
  try {
    const names = { address: settings.SERVER_ADDRESS, serverName: settings.SERVER_NAME };
    const outcomes = await ensureCertificates(settings.CERTS_DIR, names, options);
    const changed = outcomes.filter(({ action }) => action !== 'kept');
    if (changed.length > 0 && owners === 'compose') await giveKeysToComposeUsers(settings.CERTS_DIR);
    for (const { name, action, reason } of changed)
      logger.info({ fact: 'certificate replaced', name, action, reason });
  } catch (error) {
    logger.error({ fact: 'certificates not checked', reason: errorMessage(error) });
  }
}

/** Looks once a day until stopped. The first look is a day away: set-up has just looked. */
export function keepCertificatesFresh(options: RenewalOptions): { stop(): Promise<void> } {
  let look = Promise.resolve();
  const timer = setInterval(() => {
    look = look.then(() => renewCertificates(options));
  }, lookEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await look;
    },
  };
}
