/** Which of the page's states: a screen that needs no login, starting, log in, or the shell with its screen. */
import { QueryClientProvider } from '@tanstack/react-query';
import { queryClient } from './data/query-client.ts';
import { t } from './messages.ts';
import { usePlace } from './router/router.ts';
import { findScreen } from './screens.ts';
import { Loaded } from './shell/outlet.tsx';
import { ScreenBoundary } from './shell/screen-boundary.tsx';
import { Shell } from './shell/shell.tsx';
import { reconnect } from './store/actions.ts';
import { useAppState } from './store/store.ts';
import { Button } from './ui/button.tsx';
import { Logo } from './ui/icons.tsx';
import { lazily } from './ui/lazily.tsx';

const LoginScreen = lazily(() => import('./login/login-screen.tsx').then(({ LoginScreen: code }) => code));
const PasswordScreen = lazily(() =>
  import('./login/password-screen.tsx').then(({ PasswordScreen: code }) => code),
);

export function App() {
  const state = useAppState();
  const found = findScreen(usePlace().path);
  if (found?.screen.open === true && state.phase !== 'ready')
    return (
      <QueryClientProvider client={queryClient}>
        <main id="content" className={`screen screen-open ${found.screen.id}`}>
          <ScreenBoundary>
            <Loaded found={found} />
          </ScreenBoundary>
        </main>
      </QueryClientProvider>
    );
  switch (state.phase) {
    case 'starting':
      return (
        <main className="splash" aria-busy="true">
          <Logo className="splash-logo" />
          <p className="visually-hidden" role="status">
            {t.loading}
          </p>
        </main>
      );
    case 'failed':
      return (
        <main className="splash">
          <Logo className="splash-logo" />
          <p role="alert">{state.failure}</p>
          <Button onClick={reconnect}>{t.connection.retry}</Button>
        </main>
      );
    case 'logged-out':
      return <LoginScreen />;
    case 'password':
      return <PasswordScreen username={state.user?.username ?? ''} />;
    case 'ready':
      return <Shell state={state} />;
  }
}
