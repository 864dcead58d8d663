/**
 * Who of the provider's people gets which role: `OIDC_ROLES`, a list of `<role>:<what>`, where what is `group=<name>`,
 * `domain=<mail domain>`, `email=<address>` or `anyone`. The highest role that fits counts; none fits: no login.
 */
import { roles, type Role } from '@apiary/access/can';
import { FatalError } from '@apiary/base/errors';

export interface RoleRule {
  readonly role: Role;
  readonly by: 'group' | 'domain' | 'email' | 'anyone';
  readonly value: string;
}

/** @throws FatalError for a rule that is none */
export function parseRoleRules(texts: readonly string[]): RoleRule[] {
  return texts.map((text) => {
    const [, role, by = 'anyone', value = ''] =
      /^(admin|operator|viewer):(?:(group|domain|email)=(.+)|anyone)$/.exec(text) ?? [];
    const found = roles.find((each) => each === role);
    if (found === undefined)
      throw new FatalError(
        `OIDC_ROLES: "${text}" must be <admin|operator|viewer>:<group=…|domain=…|email=…|anyone>`,
      );
    return { role: found, by: by as RoleRule['by'], value: by === 'group' ? value : value.toLowerCase() };
  });
}

/** What is asked of the claims of an ID token. */
export interface RoleClaims {
  readonly groups: readonly string[];
  /** Only where the provider says that it is verified. */
  readonly verifiedEmail: string | undefined;
  /** Google's `hd`: the organisation that owns the account. */
  readonly hostedDomain: string | undefined;
}

export function roleOf(rules: readonly RoleRule[], claims: RoleClaims): Role | undefined {
  const email = claims.verifiedEmail?.toLowerCase();
  const domains = [claims.hostedDomain?.toLowerCase(), email?.split('@').at(-1)];
  const fits = ({ by, value }: RoleRule): boolean =>
    by === 'anyone' ||
    (by === 'group' && claims.groups.includes(value)) ||
    (by === 'domain' && domains.includes(value)) ||
    (by === 'email' && email === value);
  const given = new Set(rules.filter(fits).map(({ role }) => role));
  return roles.find((role) => given.has(role));
}

/** @param groupsClaim name of the claim that holds the groups */
export function roleClaims(claims: Readonly<Record<string, unknown>>, groupsClaim: string): RoleClaims {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const groups = claims[groupsClaim];
  return {
    groups: (Array.isArray(groups) ? groups : [groups]).filter(
      (each): each is string => typeof each === 'string',
    ),
    verifiedEmail: claims['email_verified'] === true ? text(claims['email']) : undefined,
    hostedDomain: text(claims['hd']),
  };
}
