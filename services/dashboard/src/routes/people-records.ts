/** Rows of accounts, sessions, tokens and links as the API shows them. */
import type { z } from 'zod';
import { actionsOf, type Actor } from '@apiary/access/can';
import type { ApiTokenRow } from '@apiary/database/api-token-repository';
import type { ListedLoginSession } from '@apiary/database/login-session-repository';
import type { ShareLinkRow } from '@apiary/database/share-link-repository';
import type { UserRow } from '@apiary/database/user-repository';
import { deviceName } from '../auth/device-name.ts';
import type * as keys from '../schemas/keys.ts';
import type * as people from '../schemas/people.ts';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
const camerasOf = ({ cameras }: Pick<Actor, 'cameras'>): 'all' | string[] =>
  cameras === 'all' ? 'all' : [...cameras];

/** Who is using the page. */
export function userRecord(actor: Actor): z.output<typeof people.userSchema> {
  return {
    id: actor.userId,
    username: actor.username,
    role: actor.role,
    cameras: camerasOf(actor),
    may: actionsOf(actor),
    passwordChange: actor.passwordChange ?? 'none',
  };
}

export function accountRecord(row: UserRow): z.output<typeof people.accountSchema> {
  return {
    id: row.userId,
    username: row.username,
    role: row.role,
    cameras: camerasOf(row),
    disabled: row.disabledAt !== null,
    passwordChange: row.passwordChange,
    hasPassword: row.hasPassword,
    identity: row.hasIdentity ? { email: row.identityEmail } : null,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: iso(row.lastSeenAt),
    loginSessions: row.loginSessions,
    apiTokens: row.apiTokens,
  };
}

export function sessionRecord(
  row: ListedLoginSession,
  currentId: string | undefined,
): z.output<typeof keys.loginSessionSchema> {
  return {
    id: row.sessionId,
    current: row.sessionId === currentId,
    method: row.method,
    device: deviceName(row.userAgent),
    address: row.address,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

export function tokenRecord(row: ApiTokenRow): z.output<typeof keys.apiTokenSchema> {
  return {
    id: row.tokenId,
    name: row.name,
    hint: row.hint,
    scopes: [...row.scopes],
    createdAt: row.createdAt.toISOString(),
    expiresAt: iso(row.expiresAt),
    lastUsedAt: iso(row.lastUsedAt),
    lastUsedAddress: row.lastUsedAddress,
  };
}

export function shareRecord(row: ShareLinkRow): z.output<typeof keys.shareLinkSchema> {
  return {
    id: row.shareId,
    eventId: row.eventId,
    cameraId: row.cameraId,
    cameraName: row.cameraName,
    kind: row.kind,
    eventStartedAt: row.startTimestamp.toISOString(),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastOpenedAt: iso(row.lastOpenedAt),
    opened: row.opened,
  };
}
