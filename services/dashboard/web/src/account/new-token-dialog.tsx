/** Makes an API token: its name, what it may do, how long. Scopes beyond the user's own role are not offered. */
import { useForm, useController } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { t } from '../people/words.ts';
import type { ApiToken, CreatedApiToken, User } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';

type Scope = ApiToken['scopes'][number];
interface Values {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: string;
}

const scopesOf: Record<User['role'], readonly Scope[]> = {
  viewer: ['read'],
  operator: ['read', 'control', 'manage'],
  admin: ['read', 'control', 'manage', 'admin'],
};
const lifetimes = [
  ...[30, 90, 365].map((days) => ({ value: String(days), label: t.account.expiresIn(days) })),
  { value: 'never', label: t.account.never },
];

interface NewTokenDialogProps {
  readonly user: User;
  readonly onMade: (token: string) => void;
  readonly onClose: () => void;
}

export function NewTokenDialog({ user, onMade, onClose }: NewTokenDialogProps) {
  const { register, control, handleSubmit, formState } = useForm<Values>({
    defaultValues: { name: '', scopes: ['read'], days: '365' },
  });
  const scopes = useController({
    control,
    name: 'scopes',
    rules: { validate: (chosen) => chosen.length > 0 || t.account.scopeNeeded },
  });
  const days = useController({ control, name: 'days' });
  const make = useAction({
    run: ({ name, scopes: chosen, days: life }: Values) =>
      rest.post<CreatedApiToken>('/api/tokens', {
        name,
        scopes: chosen,
        expiresInDays: life === 'never' ? null : Number(life),
      }),
    changes: ['account'],
    tellFailure: false,
    onDone: ({ token }) => {
      onClose();
      onMade(token);
    },
  });
  const toggle = (scope: Scope, on: boolean): void =>
    scopes.field.onChange(
      on ? [...scopes.field.value, scope] : scopes.field.value.filter((one) => one !== scope),
    );
  return (
    <Dialog title={t.account.newToken.replace('…', '')} onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => void handleSubmit((values) => make.run(values))(event)}
      >
        <Field
          label={t.account.tokenName}
          hint={t.account.tokenNameHint}
          error={formState.errors.name?.message}
        >
          {(props) => (
            <input
              {...props}
              data-autofocus
              autoComplete="off"
              maxLength={60}
              {...register('name', { required: core.kit.required })}
            />
          )}
        </Field>
        <Fields legend={t.account.scopes}>
          {scopesOf[user.role].map((scope) => (
            <Checkbox
              key={scope}
              label={t.account.scopeNames[scope]}
              hint={t.account.scopeHints[scope]}
              checked={scopes.field.value.includes(scope)}
              onChange={(on) => toggle(scope, on)}
            />
          ))}
          {scopes.fieldState.error !== undefined && (
            <p className="field-error" role="alert">
              {scopes.fieldState.error.message}
            </p>
          )}
        </Fields>
        <Field label={t.account.expires} error={make.failure}>
          {(props) => (
            <Select {...props} options={lifetimes} value={days.field.value} onChange={days.field.onChange} />
          )}
        </Field>
        <div className="dialog-actions">
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={make.busy}>
            {t.account.makeToken}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
