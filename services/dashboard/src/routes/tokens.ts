/** The own API tokens. A token never makes, shows or revokes tokens: that needs a person who logged in. */
import { badRequest, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { createApiToken, listApiTokens, revokeApiToken } from '@apiary/database/api-token-repository';
import { recordAudit } from '@apiary/database/audit-repository';
import { newApiToken } from '@apiary/access/api-tokens';
import { keyedHash } from '@apiary/access/installation-keys';
import { route, type Route } from '../http/route.ts';
import { apiTokenListSchema, createdTokenSchema, newTokenBodySchema, tokenParams } from '../schemas/keys.ts';
import type { Deps } from './deps.ts';
import { tokenRecord } from './people-records.ts';

const maxTokens = 50;

export function tokenRoutes(deps: Deps): Route[] {
  const common = { tag: 'account', access: { action: 'tokens.own' } } as const;
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/tokens',
      summary: 'API tokens of this account, newest first',
      answer: { status: 200, json: apiTokenListSchema },
      handler: async ({ session }) => ({
        tokens: (await listApiTokens(deps.pool, session.user.userId)).map(tokenRecord),
      }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/tokens',
      summary: 'Make an API token; the answer shows it this once',
      body: newTokenBodySchema,
      answer: { status: 201, json: createdTokenSchema },
      handler: ({ body, session, address }) =>
        inTransaction(deps.pool, async (client) => {
          const { userId, username } = session.user;
          if ((await listApiTokens(client, userId)).length >= maxTokens)
            throw badRequest(
              'too_many_tokens',
              `An account has at most ${maxTokens} tokens. Revoke one first.`,
            );
          const token = newApiToken();
          const expiresAt =
            body.expiresInDays === null ? null : new Date(Date.now() + body.expiresInDays * 86_400_000);
          const scopes = [...new Set(body.scopes)];
          const row = await createApiToken(client, {
            userId,
            name: body.name,
            tokenHash: keyedHash(deps.sessionSecret, token),
            hint: token.slice(-4),
            scopes,
            expiresAt,
          });
          const details = { token: row.tokenId, name: body.name, scopes, expiresAt };
          await recordAudit(client, { actor: username, action: 'token_created', address, details });
          return { token, details: tokenRecord(row) };
        }),
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/tokens/{token}',
      summary: 'Revoke an API token; what is open by it ends at once',
      params: tokenParams,
      answer: { status: 204 },
      errors: { 404: 'this account has no such token' },
      async handler({ params, session, address }) {
        const { userId, username } = session.user;
        const revoked = await revokeApiToken(deps.pool, userId, params.token);
        if (revoked === undefined) throw notFound('The token');
        const details = { token: revoked.tokenId, name: revoked.name };
        await recordAudit(deps.pool, { actor: username, action: 'token_revoked', address, details });
      },
    }),
  ];
}
