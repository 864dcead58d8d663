/** Says that what is shown may be old, once a cut has lasted a moment. */
import { useEffect, useState } from 'react';
import { age } from '../format.ts';
import { t } from '../messages.ts';
import { reconnect } from '../store/actions.ts';
import type { State } from '../store/state.ts';
import { Button } from '../ui/button.tsx';
import { useNow } from '../ui/use-now.ts';

/** Not at once: a reconnect that takes a moment needs no words. */
const quietMs = 3000;

export function LinkNotice({ state: { link, linkLostAt } }: { readonly state: State }) {
  const now = useNow();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (linkLostAt === null) return;
    const timer = setTimeout(() => setLate(true), quietMs);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [linkLostAt]);

  if (!late || linkLostAt === null || link === 'live') return null;
  return (
    <div className="banner" role="alert">
      <p>
        <strong>{t.connection[link]}</strong>{' '}
        {t.connection.staleSince(age(new Date(linkLostAt).toISOString(), now))}
      </p>
      <Button small onClick={reconnect}>
        {t.connection.retry}
      </Button>
    </div>
  );
}
