/** The ways alerts go; each can be tried. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Notifications, NotificationTestResult } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { t } from './words.ts';

type Channel = Notifications['channels'][number];

export function Channels({ channels }: { readonly channels: readonly Channel[] }) {
  return (
    <Card title={t.channels} lead={t.channelsLead}>
      <ul className="rows">
        {channels.map((channel) => (
          <ChannelRow key={channel.name} channel={channel} />
        ))}
      </ul>
    </Card>
  );
}

function ChannelRow({ channel }: { readonly channel: Channel }) {
  const [testId, setTestId] = useState<string | null>(null);
  const mayTest = mayDo(useAppState(), 'notifications.change');
  const test = useAction({
    run: () => rest.post<{ testId: string }>('/api/notifications/tests', { channel: channel.name }),
    onDone: (started) => setTestId(started.testId),
  });
  return (
    <li className="row row-wrapped">
      <div className="row-text">
        <strong>{t.channelNames[channel.name] ?? channel.name}</strong>
        {channel.problem !== null && <span className="hint">{channel.problem}</span>}
        {testId !== null && <TestResult testId={testId} />}
      </div>
      <div className="row-actions">
        <Badge tone={channel.on ? 'good' : channel.problem === null ? 'neutral' : 'bad'}>
          {channel.on ? t.on : channel.problem === null ? t.notSetUp : t.off}
        </Badge>
        {channel.on && mayTest && (
          <Button small busy={test.busy} onClick={() => test.run()}>
            {t.test}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Looked at again when the server says that notifications changed. */
function TestResult({ testId }: { readonly testId: string }) {
  const { data } = useQuery({
    queryKey: ['notifications', 'test', testId],
    queryFn: () => rest.get<NotificationTestResult>(`/api/notifications/tests/${encodeURIComponent(testId)}`),
  });
  if (data?.done !== true)
    return (
      <span className="hint" role="status">
        {t.testing}
      </span>
    );
  if (data.results.length === 0) return <span className="hint">{t.testNobody}</span>;
  return (
    <span role="status">
      {data.results.map(({ target, error }) => (
        <span key={target} className={error === null ? 'hint' : 'field-error'}>
          {error === null ? t.testArrived(target) : t.testFailed(target, error)}
        </span>
      ))}
    </span>
  );
}
