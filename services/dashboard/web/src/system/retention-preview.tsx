/** What retention would take now, by camera, and the button that saves it. */
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { number, size } from '../format.ts';
import { t as core } from '../messages.ts';
import type { RetentionDryRun, RetentionSettings } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { t } from './words.ts';

interface RetentionPreviewProps {
  readonly settings: RetentionSettings;
  readonly run: RetentionDryRun;
  readonly maySave: boolean;
  readonly onClose: () => void;
}
type Row = RetentionDryRun['cameras'][number];

export function RetentionPreview({ settings, run, maySave, onClose }: RetentionPreviewProps) {
  const save = useAction({
    run: () => rest.put('/api/retention', settings),
    done: t.storage.retentionSaved,
    changes: ['system'],
    onDone: onClose,
  });
  const rows = run.cameras.filter(({ events, recordings }) => events + recordings > 0);
  const sum = (key: 'events' | 'recordings' | 'bytes'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  return (
    <Dialog title={t.storage.previewTitle} onClose={onClose}>
      {rows.length === 0 ? (
        <p>{t.storage.previewNothing}</p>
      ) : (
        <>
          <p>
            <strong>{t.storage.previewSum(sum('events'), sum('recordings'), size(sum('bytes')))}</strong>{' '}
            {t.storage.previewFinal}
          </p>
          <Table
            label={t.storage.previewTitle}
            columns={columns}
            rows={rows}
            rowKey={({ cameraId }) => cameraId}
          />
        </>
      )}
      {run.missingBytes > 0 && <p>{t.storage.stillMissing(size(run.missingBytes))}</p>}
      {settings.statusDays !== null && <p className="hint">{t.storage.previewStatus}</p>}
      <div className="dialog-actions">
        <Button onClick={onClose}>{core.kit.cancel}</Button>
        {maySave && (
          <Button tone={rows.length === 0 ? 'primary' : 'danger'} busy={save.busy} onClick={() => save.run()}>
            {t.storage.saveRetention}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

const columns: readonly Column<Row>[] = [
  { name: t.storage.camera, cell: ({ cameraId, cameraName }) => cameraName ?? cameraId },
  { name: t.storage.events, numeric: true, cell: ({ events }) => number(events) },
  { name: t.storage.recordingsOnly, numeric: true, cell: ({ recordings }) => number(recordings) },
  { name: t.storage.takes, numeric: true, cell: ({ bytes }) => size(bytes) },
];
