/** What is the user's own: language, password, where they are logged in, tokens for scripts. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { PasswordDialog } from '../login/password-dialog.tsx';
import { chooseLanguage, chosenLanguage, languages, t as core, type Language } from '../messages.ts';
import { t } from '../people/words.ts';
import { useAppState } from '../store/store.ts';
import type { User } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Resource } from '../ui/resource.tsx';
import { Select } from '../ui/select.tsx';
import { LoginSessions } from './login-sessions.tsx';
import { ApiTokens } from './api-tokens.tsx';
import '../people/people.css';

export function Screen() {
  const { user } = useAppState();
  if (user === null) return null;
  return (
    <>
      <PageHeader title={core.nav.screens.account} lead={t.account.lead(user.username, t.roles[user.role])} />
      <div className="column">
        <PasswordCard user={user} />
        <LoginSessions />
        {user.may.includes('tokens.own') && <ApiTokens user={user} />}
        <LanguageCard />
      </div>
    </>
  );
}

function PasswordCard({ user }: { readonly user: User }) {
  const [changing, setChanging] = useState(false);
  const me = useQuery({ queryKey: ['account', 'me'], queryFn: () => api.me() });
  return (
    <Card title={t.account.password} lead={t.account.passwordLead}>
      <Resource of={me}>
        {({ hasPassword }) =>
          hasPassword ? (
            <div className="row row-wrapped">
              {user.passwordChange === 'none' ? (
                <span />
              ) : (
                <Badge tone="warn">{t.account.passwordSuggested}</Badge>
              )}
              <Button onClick={() => setChanging(true)}>{t.account.changePassword}</Button>
            </div>
          ) : (
            <p>{t.account.passwordProvider}</p>
          )
        }
      </Resource>
      {changing && <PasswordDialog username={user.username} onClose={() => setChanging(false)} />}
    </Card>
  );
}

function LanguageCard() {
  const options = [
    { value: '', label: t.account.languageOfBrowser },
    ...Object.entries(languages).map(([value, label]) => ({ value, label })),
  ];
  return (
    <Card>
      <Field label={t.account.language} hint={t.account.languageHint}>
        {(control) => (
          <Select
            {...control}
            options={options}
            value={chosenLanguage() ?? ''}
            onChange={(value) => chooseLanguage(value === '' ? undefined : (value as Language))}
          />
        )}
      </Field>
    </Card>
  );
}
