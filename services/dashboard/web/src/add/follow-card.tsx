/** Waits for one camera: what it has fetched, whether it is connected, and what to call it. */
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { useResource } from '../data/use-resource.ts';
import { useAppState } from '../store/store.ts';
import type { AddCameraProgress } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { CheckIcon, ClockIcon } from '../ui/icons.tsx';
import { Resource } from '../ui/resource.tsx';
import { Time } from '../ui/time.tsx';
import { cameraIdOf, followCamera } from './camera-id.ts';
import { NameField } from './name-field.tsx';
import { useDecision } from './use-decision.ts';
import { t } from './words.ts';

export function FollowCard({ cameraId }: { readonly cameraId: string | null }) {
  return (
    <Card
      title={t.follow.title}
      lead={t.follow.lead}
      actions={
        cameraId !== null && (
          <Button small onClick={() => followCamera(null)}>
            {t.follow.other}
          </Button>
        )
      }
    >
      {cameraId === null ? <ChooseId /> : <Followed cameraId={cameraId} />}
    </Card>
  );
}

function ChooseId() {
  const { register, handleSubmit, formState } = useForm<{ id: string }>({ defaultValues: { id: '' } });
  const submit = handleSubmit(({ id }) => followCamera(cameraIdOf(id) ?? null));
  return (
    <form className="form add-form" noValidate onSubmit={(event) => void submit(event)}>
      <Field label={t.follow.id} hint={t.follow.idHint} error={formState.errors.id?.message}>
        {(control) => (
          <input
            {...control}
            {...register('id', { validate: (id) => cameraIdOf(id) !== undefined || t.follow.idWrong })}
            className="mono"
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Button type="submit">{t.follow.watch}</Button>
    </form>
  );
}

function Followed({ cameraId }: { readonly cameraId: string }) {
  const camera = useAppState().cameras.get(cameraId);
  // `unclaimed` is told whenever a camera asks for something; once it is one, its record tells.
  const progress = useResource<AddCameraProgress>(
    ['unclaimed', 'progress', cameraId],
    `/api/add-camera/progress/${cameraId}`,
  );
  const { refetch } = progress;
  const mark = camera?.connectionStatus;
  useEffect(() => {
    if (mark !== undefined) void refetch();
  }, [mark, refetch]);
  return (
    <>
      <p className="mono add-id">{cameraId}</p>
      <Resource of={progress}>{(data) => <Ticks progress={data} />}</Resource>
      <NameField cameraId={cameraId} camera={camera} />
      {camera !== undefined && (
        <div className="add-arrived" role="status">
          <p>{t.follow.arrived}</p>
          <LinkButton tone="primary" to={`/cameras/${cameraId}`}>
            {t.follow.open}
          </LinkButton>
        </div>
      )}
    </>
  );
}

const ticks = ['configFetched', 'certificatesFetched', 'connected'] as const;

function Ticks({ progress }: { readonly progress: AddCameraProgress }) {
  const decide = useDecision();
  const next = ticks.find((one) => !progress[one]);
  return (
    <>
      <ul className="ticks">
        {ticks.map((one) => (
          <li key={one} className={progress[one] ? 'tick tick-done' : 'tick'} data-tick={one}>
            {progress[one] ? <CheckIcon /> : next === one ? <span className="spinner" /> : <ClockIcon />}
            <div>
              <strong>{t.follow.steps[one]}</strong>
              <span className="visually-hidden">: {progress[one] ? t.follow.done : t.follow.waiting}</span>
              {next === one && <p className="hint">{t.follow.expect[one]}</p>}
            </div>
          </li>
        ))}
      </ul>
      {progress.lastAskedAt !== null && (
        <p className="hint">
          {t.follow.asked} <Time at={progress.lastAskedAt} />
          {progress.address !== null && ` ${t.follow.from(progress.address)}`}
        </p>
      )}
      {(progress.waitsForApproval || progress.blocked) && (
        <p className="notice add-approval">
          <Badge tone={progress.blocked ? 'bad' : 'warn'}>
            {progress.blocked ? t.unclaimed.blocked : t.unclaimed.undecided}
          </Badge>
          <span>{progress.blocked ? t.follow.blocked : t.follow.needsApproval}</span>
          <Button
            small
            tone="primary"
            busy={decide.busy}
            onClick={() => decide.run({ id: progress.cameraId, decision: 'approve' })}
          >
            {t.follow.approve}
          </Button>
        </p>
      )}
    </>
  );
}
