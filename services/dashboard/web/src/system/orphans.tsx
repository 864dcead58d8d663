/** Loose ends, both ways: files without entries and entries without files; looked for, shown, tidied up. */
import { useState } from 'react';
import { size } from '../format.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { StorageTask, StorageTasks } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Progress } from '../ui/progress.tsx';
import { Resource } from '../ui/resource.tsx';
import { Time } from '../ui/time.tsx';
import { isOpen, orphansOf, taskOf, useRequest, useTasks } from './use-tasks.ts';
import { t } from './words.ts';

export function Orphans() {
  const tasks = useTasks();
  return (
    <Card title={t.storage.orphans} lead={t.storage.orphansLead}>
      <Resource of={tasks}>{(data) => <OrphansNow tasks={data} />}</Resource>
    </Card>
  );
}

function OrphansNow({ tasks }: { readonly tasks: StorageTasks }) {
  const [asking, setAsking] = useState(false);
  const mayChange = mayDo(useAppState(), 'system.change');
  const request = useRequest(() => setAsking(false));
  const look = taskOf(tasks, 'orphans-report');
  const clean = taskOf(tasks, 'orphans-clean');
  const open = [look, clean].find(isOpen);
  const last = [look, clean].filter((task) => task !== undefined).toSorted((a, b) => b.id - a.id)[0];
  const found = last === undefined ? undefined : orphansOf(last);
  const some = found !== undefined && found.filesWithoutRows.count + found.rowsWithoutFiles.count > 0;
  return (
    <>
      {open === undefined ? (
        <LastTask task={last} />
      ) : (
        <Working text={open === clean ? t.storage.cleaning : t.storage.looking} />
      )}
      {mayChange && (
        <div className="task-actions">
          <Button
            busy={request.busy}
            disabled={open !== undefined}
            onClick={() => request.run('orphans-report')}
          >
            {t.storage.look}
          </Button>
          {some && last === look && (
            <Button disabled={open !== undefined} onClick={() => setAsking(true)}>
              {t.storage.clean}
            </Button>
          )}
        </div>
      )}
      {asking && (
        <Confirm
          title={t.storage.cleanTitle}
          text={<p>{t.storage.cleanText}</p>}
          action={t.storage.cleanAction}
          busy={request.busy}
          onConfirm={() => request.run('orphans-clean')}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Working({ text }: { readonly text: string }) {
  return (
    <div className="disk-bar" role="status">
      <Progress label={text} value={null} />
      <span className="hint">{text}</span>
    </div>
  );
}

function LastTask({ task }: { readonly task: StorageTask | undefined }) {
  if (task === undefined) return <p className="hint">{t.storage.neverLooked}</p>;
  if (task.error !== null) return <ErrorNote title={t.storage.failed} error={task.error} />;
  const found = orphansOf(task);
  const { filesWithoutRows: files, rowsWithoutFiles: rows } = found ?? {};
  return (
    <div className="orphans-found" role="status">
      <p className="hint">
        {task.kind === 'orphans-clean' && <Badge tone="good">{t.storage.cleaned}</Badge>}{' '}
        <Time at={task.finishedAt ?? task.requestedAt} /> · {t.storage.lastLook(task.requestedBy)}
      </p>
      {files !== undefined && files.count > 0 && (
        <FoundLine
          text={t.storage.filesWithoutEntry(files.count, size(files.bytes))}
          examples={files.examples}
        />
      )}
      {rows !== undefined && rows.count > 0 && (
        <FoundLine text={t.storage.entriesWithoutFile(rows.count)} examples={rows.examples} />
      )}
      {files?.count === 0 && rows?.count === 0 && <p>{t.storage.none}</p>}
    </div>
  );
}

function FoundLine({ text, examples }: { readonly text: string; readonly examples: readonly string[] }) {
  return (
    <div>
      <p>
        <strong>{text}</strong>
      </p>
      {examples.length > 0 && (
        <details>
          <summary>{t.storage.examples}</summary>
          <ul className="mono examples">
            {examples.map((example) => (
              <li key={example}>{example}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
