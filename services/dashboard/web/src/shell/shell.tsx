/** What stands around every screen: skip link, navigation, header, notices; the screen itself is the outlet's. */
import { QueryClientProvider } from '@tanstack/react-query';
import { queryClient } from '../data/query-client.ts';
import { t } from '../messages.ts';
import type { State } from '../store/state.ts';
import { BottomBar, SideNav } from './navigation.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Header } from './header.tsx';
import { KeyboardHost } from './keyboard-host.tsx';
import { LinkNotice } from './link-notice.tsx';
import { Outlet } from './outlet.tsx';
import { ToastHost } from './toast-host.tsx';
import './shell.css';

export function Shell({ state }: { readonly state: State }) {
  return (
    <QueryClientProvider client={queryClient}>
      <div className="shell">
        <a className="skip-link" href="#content">
          {t.nav.skip}
        </a>
        <SideNav state={state} />
        <div className="shell-body">
          <Header state={state} />
          <LinkNotice state={state} />
          <FirstSteps state={state} />
          <Outlet />
        </div>
        <BottomBar state={state} />
      </div>
      <KeyboardHost state={state} />
      <ToastHost />
    </QueryClientProvider>
  );
}
