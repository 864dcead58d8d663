/** Moves a camera over by FTP: the server does it, this follows its steps. */
import { useForm } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import type { CameraMove, CameraMoveRequest, CameraMoves } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Field } from '../ui/field.tsx';
import { followCamera } from './camera-id.ts';
import { MoveProgress } from './move-progress.tsx';
import { t } from './words.ts';

const fourNumbers = /^\s*(\d{1,3}\.){3}\d{1,3}\s*$/;

interface Values {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

export function FtpWay() {
  const moves = useResource<CameraMoves>(['add-camera', 'moves'], '/api/add-camera/moves');
  const { register, handleSubmit, formState, resetField } = useForm<Values>({
    defaultValues: { address: '', username: 'root', password: '' },
  });
  const { errors } = formState;
  const move = useAction({
    run: (body: CameraMoveRequest) => rest.post<CameraMove>('/api/add-camera/move', body),
    changes: ['add-camera'],
    tellFailure: false,
    onDone: () => resetField('password'),
  });
  const submit = handleSubmit(({ address, username, password }) =>
    move.run({ address: address.trim(), username: username.trim(), password }),
  );
  return (
    <>
      <p className="hint">{t.ftp.lead}</p>
      <form className="form add-form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={t.ftp.address} hint={t.ftp.addressHint} error={errors.address?.message}>
          {(control) => (
            <input
              {...control}
              {...register('address', {
                pattern: { value: fourNumbers, message: t.ftp.addressWrong },
                required: t.ftp.addressWrong,
              })}
              inputMode="decimal"
              autoComplete="off"
            />
          )}
        </Field>
        <Field label={t.ftp.username} error={errors.username?.message}>
          {(control) => (
            <input
              {...control}
              {...register('username', { required: core.kit.required })}
              autoComplete="off"
            />
          )}
        </Field>
        <Field label={t.ftp.password} hint={t.ftp.passwordHint}>
          {(control) => <input {...control} {...register('password')} type="password" autoComplete="off" />}
        </Field>
        {move.failure !== null && <ErrorNote error={move.failure} />}
        <Button type="submit" tone="primary" busy={move.busy}>
          {t.ftp.start}
        </Button>
      </form>
      {moves.data !== undefined && moves.data.moves.length > 0 && (
        <section className="moves" aria-label={t.ftp.moves}>
          {moves.data.moves.map((one) => (
            <MoveProgress key={one.id} move={one} onFollow={followCamera} />
          ))}
        </section>
      )}
    </>
  );
}
