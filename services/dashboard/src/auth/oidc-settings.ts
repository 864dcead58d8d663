/** The `OIDC_*` settings, checked together. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import type { OidcSettings } from './oidc-login.ts';
import { parseRoleRules } from './oidc-roles.ts';

export const oidcSettingNames = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_SECRET_FILE',
  'OIDC_SCOPES',
  'OIDC_ROLES',
  'OIDC_GROUPS_CLAIM',
  'OIDC_CA_FILE',
  'OIDC_LABEL',
] as const;

export interface OidcEnvironment {
  readonly SECRETS_DIR: string;
  readonly OIDC_ISSUER: string | undefined;
  readonly OIDC_CLIENT_ID: string | undefined;
  readonly OIDC_CLIENT_SECRET: string | undefined;
  readonly OIDC_CLIENT_SECRET_FILE: string | undefined;
  readonly OIDC_SCOPES: string;
  readonly OIDC_ROLES: readonly string[];
  readonly OIDC_GROUPS_CLAIM: string;
  readonly OIDC_CA_FILE: string | undefined;
  readonly OIDC_LABEL: string;
}

/**
 * Undefined: local accounts only.
 * @throws FatalError
 */
export function oidcSettings(settings: OidcEnvironment): OidcSettings | undefined {
  if (settings.OIDC_ISSUER === undefined) return undefined;
  if (settings.OIDC_CLIENT_ID === undefined)
    throw new FatalError('OIDC_CLIENT_ID: must be set beside OIDC_ISSUER.');
  if (!settings.OIDC_SCOPES.split(/\s+/).includes('openid'))
    throw new FatalError('OIDC_SCOPES: must contain openid.');
  const here = (file: string): string =>
    dirname(file) === '.' ? join(settings.SECRETS_DIR, 'dashboard', file) : file;
  return {
    issuer: settings.OIDC_ISSUER,
    clientId: settings.OIDC_CLIENT_ID,
    clientSecret: secretOf(settings, here),
    scopes: settings.OIDC_SCOPES,
    roles: parseRoleRules(settings.OIDC_ROLES),
    groupsClaim: settings.OIDC_GROUPS_CLAIM,
    caFile: settings.OIDC_CA_FILE && here(settings.OIDC_CA_FILE),
    label: settings.OIDC_LABEL,
  };
}

function secretOf(
  { OIDC_CLIENT_SECRET: text, OIDC_CLIENT_SECRET_FILE: file }: OidcEnvironment,
  here: (file: string) => string,
): string | undefined {
  if (file === undefined) return text;
  try {
    const secret = readFileSync(here(file), 'utf8').trim();
    if (secret !== '') return secret;
  } catch (error) {
    throw new FatalError(`OIDC_CLIENT_SECRET_FILE: cannot read ${here(file)} (${errorMessage(error)}).`, {
      cause: error,
    });
  }
  throw new FatalError(`OIDC_CLIENT_SECRET_FILE: ${here(file)} is empty.`);
}
