/**
 * A labelled field of a form: label, control, hint, error, tied together for screen readers. With react-hook-form:
 *
 *   <Field label={t.name} error={errors.name?.message}>
 *     {(control) => <input {...control} {...register('name', { required: t.needed })} />}
 *   </Field>
 */
import { useId, type ReactNode } from 'react';
import { AlertIcon } from './icons.tsx';

export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** Undefined or null: nothing is wrong. */
  readonly error?: string | null | undefined;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}

export function Field({ label, hint, error, className = '', children }: FieldProps) {
  const id = useId();
  const wrong = error !== undefined && error !== null && error !== '';
  const described = [hint === undefined ? '' : `${id}-hint`, wrong ? `${id}-error` : ''].join(' ').trim();
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': wrong || undefined,
      })}
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="field-error" id={`${id}-error`} role="alert">
        {wrong && (
          <>
            <AlertIcon />
            {error}
          </>
        )}
      </p>
    </div>
  );
}

interface FieldsProps {
  readonly legend: ReactNode;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

/** Fields that belong together. */
export function Fields({ legend, hint, children }: FieldsProps) {
  return (
    <fieldset className="fields">
      <legend>{legend}</legend>
      {hint !== undefined && <p className="hint">{hint}</p>}
      {children}
    </fieldset>
  );
}
