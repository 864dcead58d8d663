/** Which screen: starting, log in, home. */
import { LoginScreen } from './login.tsx';
import { Home } from './home.tsx';
import { t } from './messages.ts';
import { reconnect } from './store/actions.ts';
import { useAppState } from './store/store.ts';
import { Logo } from './ui/icons.tsx';

export function App() {
  const state = useAppState();
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
          <button type="button" className="button" onClick={reconnect}>
            {t.connection.retry}
          </button>
        </main>
      );
    case 'logged-out':
      return <LoginScreen />;
    case 'ready':
      return <Home state={state} />;
  }
}
