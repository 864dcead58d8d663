/** What an admin can do to an account, behind one menu. What the own account cannot do to itself is left out. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import type { Account, CreatedUser, UserChange } from '../types.ts';
import { Confirm } from '../ui/confirm.tsx';
import {
  CloseIcon,
  EyeOffIcon,
  LogOutIcon,
  MoreIcon,
  PencilIcon,
  RestartIcon,
  UserIcon,
} from '../ui/icons.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { EditPersonDialog } from './edit-person-dialog.tsx';
import { t } from './words.ts';

type Asking = 'edit' | 'password' | 'access' | 'disable' | 'remove';

interface AccountActionsProps {
  readonly account: Account;
  readonly own: boolean;
  readonly onPassword: (created: CreatedUser) => void;
}

export function AccountActions({ account, own, onPassword }: AccountActionsProps) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = (): void => setAsking(null);
  const { username } = account;
  const path = `/api/users/${encodeURIComponent(account.id)}`;
  const common = { changes: ['users'], onDone: close };
  const change = useAction({
    ...common,
    run: (body: UserChange) => rest.patch(path, body),
    done: t.people.changed(username),
  });
  const remove = useAction({
    ...common,
    run: () => rest.delete(path),
    done: t.people.removed(username),
  });
  const endAccess = useAction({
    ...common,
    run: () => rest.delete<{ ended: number }>(`${path}/sessions`),
    done: ({ ended }) => t.people.accessEnded(ended),
  });
  const reset = useAction({
    changes: ['users'],
    run: () => rest.post<CreatedUser>(`${path}/password`),
    onDone: (created) => {
      close();
      onPassword(created);
    },
  });
  return (
    <>
      <Menu label={t.people.more(username)} trigger={<MoreIcon />}>
        <MenuItem icon={<PencilIcon />} onSelect={() => setAsking('edit')}>
          {t.people.edit}
        </MenuItem>
        <MenuItem icon={<LogOutIcon />} onSelect={() => setAsking('access')}>
          {t.people.endAccess}
        </MenuItem>
        {!own && account.hasPassword && (
          <MenuItem icon={<RestartIcon />} onSelect={() => setAsking('password')}>
            {t.people.resetPassword}
          </MenuItem>
        )}
        {!own && account.disabled && (
          <MenuItem icon={<UserIcon />} onSelect={() => change.run({ disabled: false })}>
            {t.people.enable}
          </MenuItem>
        )}
        {!own && !account.disabled && (
          <MenuItem icon={<EyeOffIcon />} onSelect={() => setAsking('disable')}>
            {t.people.disable}
          </MenuItem>
        )}
        {!own && <MenuSeparator />}
        {!own && (
          <MenuItem icon={<CloseIcon />} onSelect={() => setAsking('remove')}>
            {t.people.remove}
          </MenuItem>
        )}
      </Menu>
      {asking === 'edit' && <EditPersonDialog account={account} onClose={close} />}
      {asking === 'password' && (
        <Confirm
          title={t.people.resetTitle(username)}
          text={t.people.resetText}
          action={t.people.resetAction}
          busy={reset.busy}
          onConfirm={() => reset.run()}
          onClose={close}
        />
      )}
      {asking === 'access' && (
        <Confirm
          title={t.people.endAccessTitle(username)}
          text={t.people.endAccessText}
          action={t.people.endAccessAction}
          busy={endAccess.busy}
          onConfirm={() => endAccess.run()}
          onClose={close}
        />
      )}
      {asking === 'disable' && (
        <Confirm
          title={t.people.disableTitle(username)}
          text={t.people.disableText}
          action={t.people.disableAction}
          busy={change.busy}
          onConfirm={() => change.run({ disabled: true })}
          onClose={close}
        />
      )}
      {asking === 'remove' && (
        <Confirm
          title={t.people.removeTitle(username)}
          text={t.people.removeText}
          action={t.people.removeAction}
          busy={remove.busy}
          onConfirm={() => remove.run()}
          onClose={close}
        />
      )}
    </>
  );
}
