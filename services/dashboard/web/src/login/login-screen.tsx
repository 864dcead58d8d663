/** The log-in screen: a password of this server, and the identity provider where one is set up. */
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { api, failureText } from '../api.ts';
import { t } from '../messages.ts';
import { changeQuery, currentPlace, useQueryParams } from '../router/router.ts';
import { useTitle } from '../router/use-title.ts';
import { findScreen } from '../screens.ts';
import { logIn } from '../store/actions.ts';
import type { LoginMethods } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { AlertIcon, CertificateIcon, Logo } from '../ui/icons.tsx';
import { Link } from '../router/link.tsx';
import './login.css';
import { PasswordInput } from './password-input.tsx';

export function LoginScreen() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const methods = useLoginMethods();
  const [failure, setFailure] = useProblemOfProvider();
  const passwordField = useRef<HTMLInputElement>(null);
  useTitle(t.login.title);

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
        {methods?.firstRun === true && <p className="notice">{t.login.firstRun}</p>}
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
          <PasswordInput
            ref={passwordField}
            id="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            aria-describedby={failure === null ? undefined : 'login-failure'}
          />
        </div>
        <div aria-live="assertive">
          {failure !== null && (
            <p className="notice notice-bad" id="login-failure">
              <AlertIcon />
              {failure}
            </p>
          )}
        </div>
        <Button type="submit" tone="primary" disabled={busy}>
          {busy ? t.login.busy : t.login.submit}
        </Button>
        {methods?.oidc != null && <ProviderButton {...methods.oidc} />}
        {methods?.firstRun === false && <p className="hint">{t.login.hint}</p>}
        {findScreen('/trust') !== undefined && (
          <Link className="login-trust" to="/trust">
            <CertificateIcon />
            {t.login.trust}
          </Link>
        )}
      </form>
    </main>
  );
}

/** A visit of the browser, not a request of the page; it comes back to where it began. */
function ProviderButton({ label, startUrl }: NonNullable<LoginMethods['oidc']>) {
  const { path, search, hash } = currentPlace();
  return (
    <>
      <p className="login-or">{t.login.or}</p>
      <a className="button" href={`${startUrl}?next=${encodeURIComponent(path + search + hash)}`}>
        {label}
      </a>
    </>
  );
}

/** Undefined: not known yet, or not to be had; a password works all the same. */
function useLoginMethods(): LoginMethods | undefined {
  const [methods, setMethods] = useState<LoginMethods>();
  useEffect(() => {
    let wanted = true;
    api.loginMethods().then(
      (found) => wanted && setMethods(found),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, []);
  return methods;
}

/** What the identity provider's way back said, once; then it leaves the URL. */
function useProblemOfProvider(): readonly [string | null, (failure: string | null) => void] {
  const problem = useQueryParams().get('loginProblem');
  const [failure, setFailure] = useState(() =>
    problem === null ? null : (t.login.problems[problem] ?? t.login.problem),
  );
  useEffect(() => {
    if (problem !== null) changeQuery({ loginProblem: null }, 'replace');
  }, [problem]);
  return [failure, setFailure];
}
