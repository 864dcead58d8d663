/** What the disk holds and for how long it lasts; what goes by itself; what nothing refers to. */
import { useResource } from '../data/use-resource.ts';
import { age, number, size } from '../format.ts';
import type { Storage as StorageFacts } from '../types.ts';
import { Card } from '../ui/card.tsx';
import { LineChart } from '../ui/line-chart.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Progress } from '../ui/progress.tsx';
import { Resource } from '../ui/resource.tsx';
import { Facts, Table, type Column } from '../ui/table.tsx';
import { useNow } from '../ui/use-now.ts';
import { Orphans } from './orphans.tsx';
import { Retention } from './retention.tsx';
import { days, percent } from './spans.ts';
import { t } from './words.ts';

type CameraStorage = StorageFacts['cameras'][number];

export function Storage() {
  const storage = useResource<StorageFacts>(['system', 'storage'], '/api/storage');
  return (
    <div className="column">
      <Resource of={storage}>
        {(data) => (
          <>
            <Disk storage={data} />
            <ByCamera storage={data} />
          </>
        )}
      </Resource>
      <Retention />
      <Orphans />
    </div>
  );
}

const warnFull = 0.85;
const badFull = 0.95;
const tenYears = 3650;

function daysLeftText(left: number | null): string {
  if (left === null) return t.storage.unknown;
  return left > tenYears ? t.storage.moreThanTenYears : days(Math.floor(left));
}

function Disk({ storage }: { readonly storage: StorageFacts }) {
  const now = useNow();
  const { disk, usedBytes, addedPerDay, daysLeft } = storage;
  const used = disk === null ? 0 : 1 - disk.freeBytes / disk.totalBytes;
  return (
    <Card
      title={t.storage.disk}
      lead={disk === null ? t.storage.notMeasured : t.storage.measuredAt(age(disk.measuredAt, now))}
    >
      {disk !== null && (
        <div className="disk-bar">
          <Progress
            label={t.storage.disk}
            value={used}
            tone={used > badFull ? 'bad' : used > warnFull ? 'warn' : 'good'}
          />
          <span className="hint">{t.storage.full(percent(used))}</span>
        </div>
      )}
      <Facts
        facts={[
          { name: t.storage.recordings, value: size(usedBytes) },
          { name: t.storage.perDay, value: size(Math.round(addedPerDay)) },
          ...(disk === null ? [] : [{ name: t.storage.free, value: size(disk.freeBytes) }]),
          ...(disk === null ? [] : [{ name: t.storage.total, value: size(disk.totalBytes) }]),
          { name: t.storage.daysLeft, value: daysLeftText(daysLeft) },
        ]}
      />
    </Card>
  );
}

const megabyte = 1e6;

function ByCamera({ storage }: { readonly storage: StorageFacts }) {
  const points = storage.days.map(({ day, addedBytes }) => ({
    at: `${day}T12:00:00.000Z`,
    value: addedBytes / megabyte,
  }));
  return (
    <Card title={t.storage.byCamera}>
      {storage.cameras.length === 0 ? (
        <Nothing title={t.storage.nothingStored} hint={t.storage.nothingStoredHint} />
      ) : (
        <Table
          label={t.storage.byCamera}
          columns={columnsOf(storage.usedBytes)}
          rows={storage.cameras}
          rowKey={({ cameraId }) => cameraId}
        />
      )}
      {points.length > 1 && (
        <>
          <h3>{t.storage.added}</h3>
          <LineChart label={t.storage.added} points={points} unit="MB" min={0} />
        </>
      )}
    </Card>
  );
}

const columnsOf = (usedBytes: number): readonly Column<CameraStorage>[] => [
  {
    name: t.storage.camera,
    cell: ({ cameraId, cameraName }) => cameraName ?? `${t.storage.removedCamera} ${cameraId.slice(0, 8)}…`,
  },
  { name: t.storage.used, numeric: true, cell: ({ bytes }) => size(bytes) },
  {
    name: t.storage.share,
    numeric: true,
    cell: ({ bytes }) => percent(usedBytes === 0 ? 0 : bytes / usedBytes),
  },
  { name: t.storage.files, numeric: true, cell: ({ files }) => number(files) },
  { name: t.storage.perDay, numeric: true, cell: ({ addedPerDay }) => size(Math.round(addedPerDay)) },
];
