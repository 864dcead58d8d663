/** What needs no provider: roles by claims, settings, paths to return to. */
import { describe, expect, it } from 'vitest';
import { parseRoleRules, roleClaims, roleOf } from './oidc-roles.ts';
import { oidcSettings } from './oidc-settings.ts';
import { returnPath } from './return-path.ts';

describe('where a login returns to', () => {
  it.each(['/', '/events/a%2Fb?x=1#y', '/cameras/0A1B', '/review?from=2026-11-24'])('%s is ours', (path) => {
    expect(returnPath(path)).toBe(path);
  });
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/x/..//evil.example',
    '/./\\evil.example',
    'javascript:alert(1)',
    '/api/auth/oidc/start',
    '\\\\evil.example',
    '',
    `/${'x'.repeat(3000)}`,
  ])('%j is not', (path) => {
    expect(returnPath(path)).toBe('/');
  });
});

describe('roles', () => {
  const rules = parseRoleRules(['viewer:anyone', 'operator:email=Ada@Example.com', 'admin:group=Admins']);
  it('are the highest that fits', () => {
    expect(roleOf(rules, roleClaims({}, 'groups'))).toBe('viewer');
    expect(roleOf(rules, roleClaims({ email: 'ada@example.com', email_verified: true }, 'groups'))).toBe(
      'operator',
    );
    expect(roleOf(rules, roleClaims({ roles: 'Admins' }, 'roles'))).toBe('admin');
    expect(roleOf([], roleClaims({ groups: ['x'] }, 'groups'))).toBeUndefined();
  });
  it('that are written wrongly stop the start, with the rule', () => {
    for (const text of ['owner:anyone', 'admin', 'admin:group=', 'viewer:mail=x'])
      expect(() => parseRoleRules([text])).toThrow('OIDC_ROLES');
  });
  it('a setting that is missing or unreadable stops it as well', () => {
    const environment = {
      SECRETS_DIR: '/nonexistent',
      OIDC_ISSUER: 'https://id.example.net',
      OIDC_CLIENT_ID: undefined,
      OIDC_CLIENT_SECRET: undefined,
      OIDC_CLIENT_SECRET_FILE: 'oidc-secret',
      OIDC_SCOPES: 'openid',
      OIDC_ROLES: [],
      OIDC_GROUPS_CLAIM: 'groups',
      OIDC_CA_FILE: undefined,
      OIDC_LABEL: 'x',
    };
    expect(() => oidcSettings(environment)).toThrow('OIDC_CLIENT_ID');
    expect(() => oidcSettings({ ...environment, OIDC_CLIENT_ID: 'x' })).toThrow('OIDC_CLIENT_SECRET_FILE');
    expect(() => oidcSettings({ ...environment, OIDC_CLIENT_ID: 'x', OIDC_SCOPES: 'email' })).toThrow(
      'OIDC_SCOPES',
    );
    expect(oidcSettings({ ...environment, OIDC_ISSUER: undefined })).toBeUndefined();
  });
});
