/** Notifications: the own browsers for everybody; channels, rules and pauses for those who may see them. */
import { useResource } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import { PushOptIn } from '../push/push-opt-in.tsx';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { Notifications } from '../types.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { Resource } from '../ui/resource.tsx';
import { Channels } from './channels.tsx';
import { Deliveries } from './deliveries.tsx';
import { Rules } from './rules.tsx';
import { Snoozes } from './snoozes.tsx';
import { t } from './words.ts';
import './notifications.css';

export function Screen() {
  const mayRead = mayDo(useAppState(), 'notifications.read');
  return (
    <>
      <PageHeader title={core.nav.screens.notifications} lead={t.lead} />
      <div className="column">
        {mayRead && <Overview />}
        <PushOptIn />
        {mayRead && <Deliveries />}
      </div>
    </>
  );
}

function Overview() {
  const notifications = useResource<Notifications>(['notifications'], '/api/notifications');
  return (
    <Resource of={notifications}>
      {(data) => (
        <>
          <Rules notifications={data} />
          <Snoozes snoozes={data.snoozes} />
          <Channels channels={data.channels} />
        </>
      )}
    </Resource>
  );
}
