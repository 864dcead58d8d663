/** A new account; the server makes its first password. */
import { useController, useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import type { CreatedUser, NewUser } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { camerasOf, RightsFields, rightsRules, type Rights } from './rights-fields.tsx';
import { t } from './words.ts';

interface Values {
  readonly username: string;
  readonly rights: Rights;
}

interface AddPersonDialogProps {
  readonly onCreated: (created: CreatedUser) => void;
  readonly onClose: () => void;
}

export function AddPersonDialog({ onCreated, onClose }: AddPersonDialogProps) {
  const { register, control, handleSubmit, formState } = useForm<Values>({
    defaultValues: { username: '', rights: { role: 'viewer', which: 'all', cameras: [] } },
  });
  const rights = useController({ control, name: 'rights', rules: rightsRules });
  const create = useAction({
    run: (body: NewUser) => rest.post<CreatedUser>('/api/users', body),
    changes: ['users'],
    tellFailure: false,
    onDone: (created) => {
      onClose();
      onCreated(created);
    },
  });
  const submit = handleSubmit((values) =>
    create.run({
      username: values.username.trim().toLowerCase(),
      role: values.rights.role,
      cameras: camerasOf(values.rights),
    }),
  );
  return (
    <Dialog title={t.people.addTitle} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label={t.people.username}
          hint={t.people.usernameHint}
          error={formState.errors.username?.message ?? create.failure}
        >
          {(props) => (
            <input
              {...props}
              data-autofocus
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              {...register('username', {
                required: core.kit.required,
                pattern: { value: /^\s*[a-z0-9][a-z0-9._@-]{0,63}\s*$/i, message: t.people.usernameRule },
              })}
            />
          )}
        </Field>
        <RightsFields
          rights={rights.field.value}
          onChange={rights.field.onChange}
          error={rights.fieldState.error?.message}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={create.busy}>
            {t.people.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
