/** The way to every screen this user may see: at the side on wide screens, in a bar below on phones. */
import { useState } from 'react';
import { t } from '../messages.ts';
import { Link } from '../router/link.tsx';
import { usePlace } from '../router/router.ts';
import { findScreen, navigationOf, type ScreenDefinition } from '../screens.ts';
import type { State } from '../store/state.ts';
import { Logo, MoreIcon } from '../ui/icons.tsx';
import { lazily } from '../ui/lazily.tsx';
import { fetchScreen } from './outlet.tsx';

const MoreSheet = lazily(() => import('./more-sheet.tsx').then(({ MoreSheet: code }) => code));

const useOpenScreen = (): string | undefined => findScreen(usePlace().path)?.screen.id;

export function SideNav({ state }: { readonly state: State }) {
  const open = useOpenScreen();
  return (
    <nav className="side" aria-label={t.nav.label}>
      <Link className="brand" to="/" aria-label={t.product}>
        <Logo />
        <span className="brand-name">{t.product}</span>
      </Link>
      <ul className="side-list">
        {navigationOf(state).map((screen) => (
          <li key={screen.id}>
            <NavLink screen={screen} className="side-link" current={screen.id === open} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

const inBar = 4;

export function BottomBar({ state }: { readonly state: State }) {
  const open = useOpenScreen();
  const [more, setMore] = useState(false);
  const all = navigationOf(state);
  const bar = all.filter((screen) => screen.place === 'bar').slice(0, inBar);
  const rest = all.filter((screen) => !bar.includes(screen));
  return (
    <nav className="bar" aria-label={t.nav.label}>
      {bar.map((screen) => (
        <NavLink key={screen.id} screen={screen} className="bar-link" current={screen.id === open} />
      ))}
      {rest.length > 0 && (
        <button
          type="button"
          className={rest.some((screen) => screen.id === open) ? 'bar-link bar-link-on' : 'bar-link'}
          aria-haspopup="dialog"
          aria-expanded={more}
          onClick={() => setMore(true)}
        >
          <MoreIcon />
          <span>{t.nav.more}</span>
        </button>
      )}
      {more && <MoreSheet screens={rest} open={open} onClose={() => setMore(false)} />}
    </nav>
  );
}

interface NavLinkProps {
  readonly screen: ScreenDefinition;
  readonly className: string;
  readonly current: boolean;
  readonly onGo?: () => void;
}

export function NavLink({ screen, className, current, onGo }: NavLinkProps) {
  const Icon = screen.icon;
  const fetchEarly = (): void => void fetchScreen(screen).catch(() => undefined);
  return (
    <Link
      to={screen.path}
      className={className}
      aria-current={current ? 'page' : undefined}
      onPointerEnter={fetchEarly}
      onFocus={fetchEarly}
      {...(onGo && { onClick: onGo })}
    >
      {Icon !== undefined && <Icon />}
      <span>{t.nav.screens[screen.id]}</span>
    </Link>
  );
}
