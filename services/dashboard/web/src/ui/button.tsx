/** Buttons: `primary` for the one thing a screen is for, `danger` for what cannot be undone, `quiet` within text. */
import type { ComponentProps, ReactNode } from 'react';
import { Link } from '../router/link.tsx';

type Tone = 'plain' | 'primary' | 'danger' | 'quiet';

interface Look {
  readonly tone?: Tone;
  readonly small?: boolean;
  readonly icon?: ReactNode;
}

const classOf = ({ tone = 'plain', small = false }: Look, more = ''): string =>
  ['button', tone === 'plain' ? '' : `button-${tone}`, small ? 'button-small' : '', more]
    .filter((part) => part !== '')
    .join(' ');

interface ButtonProps extends ComponentProps<'button'>, Look {
  /** Something it started is on its way: it cannot be pressed again. */
  readonly busy?: boolean;
}

export function Button({ tone, small, icon, busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classOf({ ...(tone && { tone }), ...(small && { small }) }, className)}
      disabled={busy || rest.disabled === true}
      aria-busy={busy || undefined}
    >
      {busy ? <span className="spinner" /> : icon}
      {children}
    </button>
  );
}

interface LinkButtonProps extends ComponentProps<typeof Link>, Look {}

/** A link that looks like a button: it leads somewhere, it does nothing. */
export function LinkButton({ tone, small, icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link {...rest} className={classOf({ ...(tone && { tone }), ...(small && { small }) }, className)}>
      {icon}
      {children}
    </Link>
  );
}
