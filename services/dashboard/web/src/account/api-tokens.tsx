/** The user's tokens for scripts: made, shown once, revoked. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { t } from '../people/words.ts';
import type { ApiToken, ApiTokenList, User } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { SecretShown } from '../people/secret-shown.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';

export function ApiTokens({ user }: { readonly user: User }) {
  const tokens = useResource<ApiTokenList>(['account', 'tokens'], '/api/tokens');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <Card
      title={t.account.tokens}
      lead={t.account.tokensLead}
      actions={
        <Button small icon={<PlusIcon />} onClick={() => setMaking(true)}>
          {t.account.newToken}
        </Button>
      }
    >
      <Resource of={tokens}>
        {({ tokens: rows }) =>
          rows.length === 0 ? (
            <Nothing title={t.account.noTokens} hint={t.account.noTokensHint} />
          ) : (
            <Table label={t.account.tokens} columns={columns} rows={rows} rowKey={({ id }) => id} />
          )
        }
      </Resource>
      {making && <NewTokenDialog user={user} onMade={setMade} onClose={() => setMaking(false)} />}
      {made !== null && (
        <SecretShown
          title={t.account.tokenMade}
          hint={t.account.tokenMadeHint}
          secret={made}
          onClose={() => setMade(null)}
        />
      )}
    </Card>
  );
}

const columns: readonly Column<ApiToken>[] = [
  {
    name: t.account.tokenName,
    cell: ({ name, hint }) => (
      <>
        {name} <span className="hint mono">…{hint}</span>
      </>
    ),
  },
  {
    name: t.account.scopes,
    cell: ({ scopes }) => scopes.map((scope) => t.account.scopeNames[scope]).join(', '),
  },
  {
    name: t.account.lastUsed,
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.account.notUsed : <Time at={lastUsedAt} />),
  },
  {
    name: t.account.expires,
    cell: ({ expiresAt }) => (expiresAt === null ? t.account.never : <Time at={expiresAt} as="short" />),
  },
  { name: t.account.revoke, nameHidden: true, cell: (token) => <Revoke token={token} /> },
];

function Revoke({ token }: { readonly token: ApiToken }) {
  const [asking, setAsking] = useState(false);
  const revoke = useAction({
    run: () => rest.delete(`/api/tokens/${encodeURIComponent(token.id)}`),
    done: t.account.revoked,
    changes: ['account'],
  });
  return (
    <>
      <Button small onClick={() => setAsking(true)}>
        {t.account.revoke}
      </Button>
      {asking && (
        <Confirm
          title={t.account.revokeTitle(token.name)}
          text={t.account.revokeText}
          action={t.account.revoke}
          busy={revoke.busy}
          onConfirm={() => revoke.run()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
