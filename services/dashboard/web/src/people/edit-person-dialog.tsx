/** Role and cameras of an account that exists. */
import { useController, useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import type { Account, UserChange } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { camerasOf, RightsFields, rightsOf, rightsRules, type Rights } from './rights-fields.tsx';
import { t } from './words.ts';

interface EditPersonDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function EditPersonDialog({ account, onClose }: EditPersonDialogProps) {
  const { control, handleSubmit } = useForm<{ rights: Rights }>({
    defaultValues: { rights: rightsOf(account) },
  });
  const rights = useController({ control, name: 'rights', rules: rightsRules });
  const fixed = account.identity !== null;
  const change = useAction({
    run: (body: UserChange) => rest.patch(`/api/users/${encodeURIComponent(account.id)}`, body),
    done: t.people.changed(account.username),
    changes: ['users'],
    tellFailure: false,
    onDone: onClose,
  });
  const submit = handleSubmit((values) =>
    change.run({ ...(!fixed && { role: values.rights.role }), cameras: camerasOf(values.rights) }),
  );
  return (
    <Dialog title={t.people.editTitle(account.username)} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <RightsFields
          rights={rights.field.value}
          onChange={rights.field.onChange}
          error={rights.fieldState.error?.message}
          {...(fixed && { roleFixed: t.people.roleFromProvider })}
        />
        {change.failure !== null && (
          <p className="notice notice-bad" role="alert">
            {change.failure}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={change.busy}>
            {core.kit.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
