/** Above every screen: product (on phones), whether the page is in step with the server, the account. */
import { t } from '../messages.ts';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/router.ts';
import { findScreen, isShown } from '../screens.ts';
import { logOut } from '../store/actions.ts';
import type { State } from '../store/state.ts';
import { CertificateIcon, KeyboardIcon, LogOutIcon, Logo, SlidersIcon, UserIcon } from '../ui/icons.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { openShortcutSheet } from '../ui/shortcuts.ts';

export function Header({ state }: { readonly state: State }) {
  return (
    <header className="top">
      <Link className="brand brand-small" to="/">
        <Logo />
        <span className="brand-name">{t.product}</span>
      </Link>
      <p
        className={`link link-${state.link}`}
        role="status"
        title={state.link === 'live' ? t.connection.liveHint : undefined}
      >
        <span className="link-dot" />
        {t.connection[state.link]}
      </p>
      <AccountMenu state={state} />
    </header>
  );
}

/** Leads only to screens there are for this user. */
function AccountMenu({ state }: { readonly state: State }) {
  const leadsTo = (path: string): boolean => {
    const found = findScreen(path);
    return found !== undefined && isShown(found.screen, state);
  };
  return (
    <Menu label={t.account.menu(state.user?.username ?? '')} trigger={<UserIcon />}>
      <p className="menu-label">{state.user?.username}</p>
      {leadsTo('/account') && (
        <MenuItem icon={<SlidersIcon />} onSelect={() => navigate('/account')}>
          {t.account.settings}
        </MenuItem>
      )}
      {leadsTo('/trust') && (
        <MenuItem icon={<CertificateIcon />} onSelect={() => navigate('/trust')}>
          {t.account.trust}
        </MenuItem>
      )}
      <MenuItem icon={<KeyboardIcon />} onSelect={openShortcutSheet}>
        {t.account.keyboard}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOutIcon />} onSelect={() => void logOut()}>
        {t.account.logOut}
      </MenuItem>
    </Menu>
  );
}
