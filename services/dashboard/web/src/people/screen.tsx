/** Accounts of the house: who may see and do what. For admins. */
import { useState } from 'react';
import { useResource } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { useAppState } from '../store/store.ts';
import type { Account, AccountList, CreatedUser } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { AccountActions } from './account-actions.tsx';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { SecretShown } from './secret-shown.tsx';
import { t } from './words.ts';
import './people.css';

export function Screen() {
  const accounts = useResource<AccountList>(['users'], '/api/users');
  const [adding, setAdding] = useState(false);
  const [created, setCreated] = useState<CreatedUser | null>(null);
  const { user } = useAppState();
  const columns = columnsOf(user?.id, setCreated);
  return (
    <>
      <PageHeader
        title={core.nav.screens.people}
        lead={t.people.lead}
        actions={
          <Button tone="primary" icon={<PlusIcon />} onClick={() => setAdding(true)}>
            {t.people.add}
          </Button>
        }
      />
      <Resource of={accounts}>
        {({ users }) => (
          <Table label={core.nav.screens.people} columns={columns} rows={users} rowKey={({ id }) => id} />
        )}
      </Resource>
      {adding && <AddPersonDialog onCreated={setCreated} onClose={() => setAdding(false)} />}
      {created !== null && (
        <SecretShown
          title={t.people.createdTitle(created.user.username)}
          hint={t.people.createdHint}
          secret={created.password}
          onClose={() => setCreated(null)}
        />
      )}
    </>
  );
}

function columnsOf(
  ownId: string | undefined,
  onPassword: (created: CreatedUser) => void,
): readonly Column<Account>[] {
  return [
    {
      name: t.people.account,
      cell: (account) => (
        <span className="people-name">
          <strong>{account.username}</strong>
          {account.id === ownId && <Badge tone="accent">{t.people.you}</Badge>}
          {account.disabled && <Badge tone="bad">{t.people.disabled}</Badge>}
          {account.identity !== null && <Badge>{t.people.provider}</Badge>}
          {account.passwordChange !== 'none' && <Badge tone="warn">{t.people.mustChange}</Badge>}
        </span>
      ),
    },
    { name: t.people.role, cell: ({ role }) => t.roles[role] },
    {
      name: t.people.cameras,
      cell: ({ cameras }) => (cameras === 'all' ? t.people.allCameras : t.people.sees(cameras.length)),
    },
    {
      name: t.people.lastSeen,
      cell: ({ lastSeenAt }) => (lastSeenAt === null ? t.people.notSeen : <Time at={lastSeenAt} />),
    },
    {
      name: t.people.access,
      cell: ({ loginSessions, apiTokens }) => t.people.accessOf(loginSessions, apiTokens),
    },
    {
      name: t.people.edit,
      nameHidden: true,
      cell: (account) => (
        <AccountActions account={account} own={account.id === ownId} onPassword={onPassword} />
      ),
    },
  ];
}
