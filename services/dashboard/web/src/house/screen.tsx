/** The house: what is set now, its presets, its schedules. */
import { t as core } from '../messages.ts';
import { Card } from '../ui/card.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Resource } from '../ui/resource.tsx';
import { HouseNow } from './house-now.tsx';
import { Presets } from './presets.tsx';
import { Schedules } from './schedules.tsx';
import { useHouse } from './use-house.ts';
import { t } from './words.ts';

export function Screen() {
  const house = useHouse();
  return (
    <>
      <PageHeader title={core.nav.screens.house} lead={t.lead} />
      <div className="column">
        <Resource of={house}>
          {(data) => (
            <>
              <Card title={t.now}>
                <HouseNow house={data} />
              </Card>
              <Presets house={data} />
              <Schedules house={data} />
            </>
          )}
        </Resource>
      </div>
    </>
  );
}
