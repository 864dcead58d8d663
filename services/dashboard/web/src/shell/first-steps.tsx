/**
 * What a new installation still lacks, above the first screen: a password of the owner's own, and a camera. Goes by
 * itself when both are there.
 */
import { useState } from 'react';
import { t } from '../messages.ts';
import { usePlace } from '../router/router.ts';
import { findScreen, isShown } from '../screens.ts';
import type { State } from '../store/state.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { CheckIcon } from '../ui/icons.tsx';
import { lazily } from '../ui/lazily.tsx';

const PasswordDialog = lazily(() =>
  import('../login/password-dialog.tsx').then(({ PasswordDialog: code }) => code),
);
const laterKey = 'apiary.first-steps.later';

export function FirstSteps({ state }: { readonly state: State }) {
  const [later, setLater] = useState(() => sessionStorage.getItem(laterKey) !== null);
  const [changing, setChanging] = useState(false);
  const { path } = usePlace();
  const username = state.user?.username ?? '';
  const ownPassword = state.user?.passwordChange === 'none';
  const add = findScreen('/add');
  const mayAdd = add !== undefined && isShown(add.screen, state);
  const hasCamera = state.cameras.size > 0 || !mayAdd;
  if (path !== '/' || later || (ownPassword && hasCamera)) return null;

  return (
    <section className="first-steps" aria-labelledby="first-steps-title">
      <header>
        <div>
          <h2 id="first-steps-title">{t.firstSteps.title}</h2>
          <p className="hint">{t.firstSteps.lead}</p>
        </div>
        <Button
          small
          tone="quiet"
          onClick={() => {
            sessionStorage.setItem(laterKey, '1');
            setLater(true);
          }}
        >
          {t.firstSteps.later}
        </Button>
      </header>
      <ol>
        <Step title={t.firstSteps.password} hint={t.firstSteps.passwordHint} done={ownPassword}>
          <Button small tone="primary" onClick={() => setChanging(true)}>
            {t.password.submit}
          </Button>
        </Step>
        {mayAdd && (
          <Step title={t.firstSteps.camera} hint={t.firstSteps.cameraHint} done={hasCamera}>
            <LinkButton small to="/add">
              {t.nav.screens.add}
            </LinkButton>
          </Step>
        )}
      </ol>
      {changing && <PasswordDialog username={username} onClose={() => setChanging(false)} />}
    </section>
  );
}

interface StepProps {
  readonly title: string;
  readonly hint: string;
  readonly done: boolean;
  readonly children: React.ReactNode;
}

function Step({ title, hint, done, children }: StepProps) {
  return (
    <li className={done ? 'first-step first-step-done' : 'first-step'}>
      <div>
        <strong>{title}</strong>
        {!done && <p className="hint">{hint}</p>}
      </div>
      {done ? (
        <Badge tone="good" icon={<CheckIcon />}>
          {t.firstSteps.done}
        </Badge>
      ) : (
        children
      )}
    </li>
  );
}
