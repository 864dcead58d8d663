/** A field for a password, with a button that shows it. Takes what `Field` and react-hook-form give. */
import { useState, type ComponentProps } from 'react';
import { t } from '../messages.ts';
import { EyeIcon, EyeOffIcon } from '../ui/icons.tsx';

export function PasswordInput(props: ComponentProps<'input'>) {
  const [shown, setShown] = useState(false);
  return (
    <div className="field-with-button">
      <input {...props} type={shown ? 'text' : 'password'} />
      <button
        type="button"
        className="icon-button"
        onClick={() => setShown(!shown)}
        aria-label={shown ? t.login.hide : t.login.show}
        aria-pressed={shown}
      >
        {shown ? <EyeOffIcon /> : <EyeIcon />}
      </button>
    </div>
  );
}
