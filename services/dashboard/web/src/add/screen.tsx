/** A guided path from a factory camera to its first contact; what is chosen lives in the URL (`?way`, `?id`). */
import { t as core } from '../messages.ts';
import { changeQuery, useQueryParams } from '../router/router.ts';
import { Card } from '../ui/card.tsx';
import { Segmented } from '../ui/choice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { cameraIdOf } from './camera-id.ts';
import { FollowCard } from './follow-card.tsx';
import { FtpWay } from './ftp-way.tsx';
import { PackageWay } from './package-way.tsx';
import { PrepareCard } from './prepare-card.tsx';
import { UnclaimedCard } from './unclaimed-card.tsx';
import { t } from './words.ts';
import './add.css';

type Way = 'ftp' | 'package';

export function Screen() {
  const query = useQueryParams();
  const way: Way = query.get('way') === 'package' ? 'package' : 'ftp';
  const cameraId = cameraIdOf(query.get('id') ?? '') ?? null;
  return (
    <>
      <PageHeader title={core.nav.screens.add} lead={t.add.lead} />
      <ol className="column add-steps">
        <li>
          <PrepareCard />
        </li>
        <li>
          <Card title={t.hand.title} lead={t.hand.lead}>
            <Segmented
              label={t.hand.way}
              value={way}
              onChange={(next) => changeQuery({ way: next === 'ftp' ? null : next }, 'replace')}
              choices={[
                { value: 'ftp', label: t.hand.ftp },
                { value: 'package', label: t.hand.package },
              ]}
            />
            {way === 'ftp' ? <FtpWay /> : <PackageWay cameraId={cameraId} />}
          </Card>
        </li>
        <li>
          <FollowCard key={cameraId} cameraId={cameraId} />
        </li>
      </ol>
      <div className="column add-unclaimed">
        <UnclaimedCard followed={cameraId} />
      </div>
    </>
  );
}
