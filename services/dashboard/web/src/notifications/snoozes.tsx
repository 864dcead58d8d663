/** No alerts for a while: of the house, or of a camera (set on its card or in the chat). */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { shortTime } from '../format.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Notifications } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Select } from '../ui/select.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './words.ts';

type Snooze = Notifications['snoozes'][number];

const lengths = [
  { value: '30', label: t.minutes(30) },
  ...[1, 2, 4, 8, 24].map((hours) => ({ value: String(hours * 60), label: t.hours(hours) })),
];

export function Snoozes({ snoozes }: { readonly snoozes: readonly Snooze[] }) {
  const [minutes, setMinutes] = useState('60');
  const mayChange = mayDo(useAppState(), 'notifications.change');
  const now = useNow();
  const start = useAction({
    run: () => rest.put('/api/notifications/snooze', { minutes: Number(minutes) }),
    changes: ['notifications'],
  });
  const held = snoozes.filter(({ until }) => Date.parse(until) > now);
  return (
    <Card title={t.snooze} lead={t.snoozeLead}>
      {held.length === 0 ? (
        <p className="hint">{t.notSnoozed}</p>
      ) : (
        <ul className="rows">
          {held.map((snooze) => (
            <SnoozeRow key={snooze.cameraId} snooze={snooze} mayEnd={mayChange} />
          ))}
        </ul>
      )}
      {mayChange && (
        <div className="snooze-start">
          <Select aria-label={t.snoozeFor} options={lengths} value={minutes} onChange={setMinutes} />
          <Button busy={start.busy} onClick={() => start.run()}>
            {t.snooze}
          </Button>
        </div>
      )}
    </Card>
  );
}

function SnoozeRow({ snooze, mayEnd }: { readonly snooze: Snooze; readonly mayEnd: boolean }) {
  const { cameras } = useAppState();
  const now = useNow();
  const { cameraId } = snooze;
  const what = cameraId === null ? t.wholeHouse : (cameras.get(cameraId)?.name ?? cameraId);
  const path = '/api/notifications/snooze';
  const end = useAction({
    run: () => rest.delete(cameraId === null ? path : `${path}/${encodeURIComponent(cameraId)}`),
    changes: ['notifications'],
  });
  return (
    <li className="row">
      <div className="row-text">
        <strong>{what}</strong>
        <span className="hint">{t.snoozedUntil(shortTime(snooze.until, now), snooze.setBy)}</span>
      </div>
      {mayEnd && (
        <Button small busy={end.busy} aria-label={t.endSnoozeOf(what)} onClick={() => end.run()}>
          {t.endSnooze}
        </Button>
      )}
    </li>
  );
}
