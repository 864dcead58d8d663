/** Shown instead of everything else while the password is one that somebody else knows. */
import { t } from '../messages.ts';
import { useTitle } from '../router/use-title.ts';
import { logOut, reconnect } from '../store/actions.ts';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/icons.tsx';
import './login.css';
import { PasswordForm } from './password-form.tsx';

export function PasswordScreen({ username }: { readonly username: string }) {
  useTitle(t.password.requiredTitle);
  return (
    <main className="login">
      <div className="login-card">
        <Logo />
        <h1>{t.password.requiredTitle}</h1>
        <p className="hint">{t.password.requiredLead}</p>
        <PasswordForm username={username} onDone={reconnect} />
        <Button tone="quiet" onClick={() => void logOut()}>
          {t.account.logOut}
        </Button>
      </div>
    </main>
  );
}
