/** The log-in screen. */
import { useRef, useState, type SubmitEvent } from 'react';
import { failureText } from './api.ts';
import { t } from './messages.ts';
import { logIn } from './store/actions.ts';
import { AlertIcon, EyeIcon, EyeOffIcon, Logo } from './ui/icons.tsx';

export function LoginScreen() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await logIn(username.trim(), password);
    } catch (error) {
      setFailure(failureText(error));
      setBusy(false);
      passwordField.current?.select();
    }
  };

  return (
    <main className="login">
      <form className="login-card" onSubmit={(event) => void submit(event)}>
        <div className="login-brand">
          <Logo />
          <div>
            <h1>{t.product}</h1>
            <p>{t.login.lead}</p>
          </div>
        </div>
        <label className="field">
          <span>{t.login.username}</span>
          <input
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
        <div className="field">
          <label htmlFor="password">{t.login.password}</label>
          <div className="field-with-button">
            <input
              ref={passwordField}
              id="password"
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              aria-describedby={failure === null ? undefined : 'login-failure'}
            />
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
        </div>
        <div aria-live="assertive">
          {failure !== null && (
            <p className="notice notice-bad" id="login-failure">
              <AlertIcon />
              {failure}
            </p>
          )}
        </div>
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? t.login.busy : t.login.submit}
        </button>
        <p className="hint">{t.login.hint}</p>
      </form>
    </main>
  );
}
