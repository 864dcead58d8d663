/** Connection, battery and signal over a day, a week or a month (`?range` of the URL). */
import { useMemo } from 'react';
import { useResource } from '../data/use-resource.ts';
import { changeQuery, useQueryParams } from '../router/router.ts';
import type { Camera, CameraHistory } from '../types.ts';
import { Card } from '../ui/card.tsx';
import { Segmented } from '../ui/choice.tsx';
import { LineChart, type Point } from '../ui/line-chart.tsx';
import { Resource } from '../ui/resource.tsx';
import { useNow } from '../ui/use-now.ts';
import { ConnectionStrip } from './connection-strip.tsx';
import { useFreshWith } from './use-camera.ts';
import { t } from './words.ts';

const dayMs = 86_400_000;
const ranges = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const;
type Range = keyof typeof ranges;
const isRange = (text: string | null): text is Range => text !== null && text in ranges;

const entity = 'camera-history';

export function HistoryCard({ camera }: { readonly camera: Camera }) {
  const asked = useQueryParams().get('range');
  const range = isRange(asked) ? asked : 'day';
  const now = useNow();
  useFreshWith(camera, entity);
  // Not part of the key: what is shown stays until something new was heard.
  const from = new Date(now - ranges[range]).toISOString();
  const history = useResource<CameraHistory>(
    [entity, camera.id, range],
    `/api/cameras/${encodeURIComponent(camera.id)}/history?from=${encodeURIComponent(from)}`,
  );
  return (
    <Card
      title={t.history.title}
      className="history-card"
      actions={
        <Segmented
          label={t.history.range}
          value={range}
          onChange={(next) => changeQuery({ range: next === 'day' ? null : next }, 'replace')}
          choices={(Object.keys(ranges) as Range[]).map((value) => ({
            value,
            label: t.history.ranges[value],
          }))}
        />
      }
    >
      <Resource of={history}>{(data) => <Charts history={data} />}</Resource>
    </Card>
  );
}

type Figure = 'battery' | 'signal' | 'temperature';

function Charts({ history }: { readonly history: CameraHistory }) {
  const { battery, signal, temperature } = useMemo(
    () => ({
      battery: pointsOf(history, 'battery'),
      signal: pointsOf(history, 'signal'),
      temperature: pointsOf(history, 'temperature'),
    }),
    [history],
  );
  return (
    <div className="history-charts">
      <ConnectionStrip history={history} />
      <div>
        <h3>{t.history.battery}</h3>
        {battery.length === 0 ? (
          <p className="hint">{t.history.noBattery}</p>
        ) : (
          <LineChart label={t.history.battery} points={battery} unit="%" min={0} max={100} heightPx={130} />
        )}
      </div>
      <div>
        <h3>{t.history.signal}</h3>
        {signal.length === 0 ? (
          <p className="hint">{t.history.noSignal}</p>
        ) : (
          <LineChart
            label={t.history.signal}
            points={signal}
            unit={signal.every(({ value }) => value !== null && value < 0) ? 'dBm' : ''}
            heightPx={130}
          />
        )}
      </div>
      {temperature.length > 0 && (
        <div>
          <h3>{t.history.temperature}</h3>
          <LineChart label={t.history.temperature} points={temperature} unit="°C" heightPx={130} />
        </div>
      )}
    </div>
  );
}

const pointsOf = ({ measurements }: CameraHistory, figure: Figure): Point[] =>
  measurements.flatMap((one) => (one[figure] === null ? [] : [{ at: one.at, value: one[figure] }]));
