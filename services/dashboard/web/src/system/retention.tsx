/** What goes by itself. Nothing is saved before its consequences were shown. */
import { useState } from 'react';
import { useForm, type UseFormRegister, type FieldErrors } from 'react-hook-form';
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import { shortTime } from '../format.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Retention as RetentionFacts, RetentionDryRun, RetentionSettings } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { Resource } from '../ui/resource.tsx';
import { useNow } from '../ui/use-now.ts';
import { RetentionPreview } from './retention-preview.tsx';
import { RetentionRun } from './retention-run.tsx';
import { isDays, isGigabytes, settingsOf, valuesOf, type RetentionValues } from './retention-values.ts';
import { t } from './words.ts';

export function Retention() {
  const retention = useResource<RetentionFacts>(['system', 'retention'], '/api/retention');
  const mayChange = mayDo(useAppState(), 'system.change');
  return (
    <Card title={t.storage.retention} lead={t.storage.retentionLead} actions={mayChange && <RetentionRun />}>
      <Resource of={retention}>
        {(data) => (
          // Changed elsewhere: the form begins anew with what holds now.
          <RetentionForm key={data.updatedAt} retention={data} mayChange={mayChange} />
        )}
      </Resource>
    </Card>
  );
}

interface RetentionFormProps {
  readonly retention: RetentionFacts;
  readonly mayChange: boolean;
}
interface Preview {
  readonly settings: RetentionSettings;
  readonly run: RetentionDryRun;
}

function RetentionForm({ retention, mayChange }: RetentionFormProps) {
  const now = useNow();
  const [preview, setPreview] = useState<Preview | null>(null);
  const { register, handleSubmit, formState } = useForm<RetentionValues>({
    defaultValues: valuesOf(retention),
  });
  const check = useAction({
    run: async (settings: RetentionSettings): Promise<Preview> => ({
      settings,
      run: await rest.post<RetentionDryRun>('/api/retention/dry-run', settings),
    }),
    onDone: setPreview,
  });
  const parts = { register, errors: formState.errors, disabled: !mayChange };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => void handleSubmit((values) => check.run(settingsOf(values)))(event)}
    >
      <Fields legend={t.storage.age}>
        <div className="retention-fields">
          {(['eventsDays', 'recordingsDays', 'statusDays'] as const).map((name) => (
            <Limit key={name} name={name} {...parts} isValid={isDays} wrong={t.storage.badDays} />
          ))}
        </div>
      </Fields>
      <Fields legend={t.storage.room}>
        <div className="retention-fields">
          {(['freeGigabytes', 'maxGigabytes'] as const).map((name) => (
            <Limit
              key={name}
              name={name}
              {...parts}
              isValid={(text) => isGigabytes(text, name === 'maxGigabytes' ? 0.001 : 0)}
              wrong={t.storage.badSize}
            />
          ))}
        </div>
      </Fields>
      <div className="retention-end">
        <span className="hint">
          {t.storage.changedBy(retention.updatedBy, shortTime(retention.updatedAt, now))}
        </span>
        <Button type="submit" {...(mayChange && { tone: 'primary' })} busy={check.busy}>
          {t.storage.check}
        </Button>
      </div>
      {preview !== null && (
        <RetentionPreview {...preview} maySave={mayChange} onClose={() => setPreview(null)} />
      )}
    </form>
  );
}

interface LimitProps {
  readonly name: keyof RetentionValues;
  readonly register: UseFormRegister<RetentionValues>;
  readonly errors: FieldErrors<RetentionValues>;
  readonly disabled: boolean;
  readonly isValid: (text: string) => boolean;
  readonly wrong: string;
}

function Limit({ name, register, errors, disabled, isValid, wrong }: LimitProps) {
  return (
    <Field label={t.storage[name]} hint={t.storage[`${name}Hint`]} error={errors[name]?.message}>
      {(control) => (
        <input
          {...control}
          inputMode="decimal"
          autoComplete="off"
          readOnly={disabled}
          {...register(name, { validate: (text) => isValid(text) || wrong })}
        />
      )}
    </Field>
  );
}
