/** Changes the own password. Browsers offer to keep the new one. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { api, failureText } from '../api.ts';
import { t } from '../messages.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { PasswordInput } from './password-input.tsx';

interface PasswordFormProps {
  /** For password managers. */
  readonly username: string;
  readonly onDone: () => void;
}
interface Values {
  readonly currentPassword: string;
  readonly newPassword: string;
}

const leastCharacters = 12;

export function PasswordForm({ username, onDone }: PasswordFormProps) {
  const { register, handleSubmit, formState } = useForm<Values>();
  const [failure, setFailure] = useState<string | null>(null);
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ currentPassword, newPassword }) => {
    setFailure(null);
    try {
      await api.changePassword(currentPassword, newPassword);
      onDone();
    } catch (error) {
      setFailure(failureText(error));
    }
  });

  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <input
        className="visually-hidden"
        type="text"
        autoComplete="username"
        value={username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field label={t.password.current} error={errors.currentPassword?.message}>
        {(control) => (
          <PasswordInput
            {...control}
            data-autofocus
            autoComplete="current-password"
            {...register('currentPassword', { required: t.kit.required })}
          />
        )}
      </Field>
      <Field label={t.password.new} hint={t.password.newHint} error={errors.newPassword?.message}>
        {(control) => (
          <PasswordInput
            {...control}
            autoComplete="new-password"
            {...register('newPassword', {
              required: t.kit.required,
              minLength: { value: leastCharacters, message: t.password.tooShort(leastCharacters) },
            })}
          />
        )}
      </Field>
      <p className="field-error" role="alert">
        {failure}
      </p>
      <Button type="submit" tone="primary" busy={isSubmitting}>
        {t.password.submit}
      </Button>
    </form>
  );
}
