/** Storage and retention: what is used, what retention would take, and what the janitor is asked to do. */
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { listCameras } from '@apiary/database/camera-queries';
import { dryRun, readRetention, writeRetention, type RetentionRow } from '@apiary/database/retention-queries';
import {
  listCameraStorage,
  listStorageDays,
  listTasks,
  readDisk,
  requestTask,
  wakeJanitor,
  type TaskRow,
} from '@apiary/database/storage-queries';
import { route, type Route } from '../http/route.ts';
import {
  dryRunSchema,
  retentionBodySchema,
  retentionSchema,
  storageSchema,
  taskBodySchema,
  taskSchema,
  tasksSchema,
  type Retention,
  type StorageTask,
} from '../schemas/system.ts';
import type { Deps } from './deps.ts';

const chartDays = 30;

export function storageRoutes(deps: Deps): Route[] {
  return [storageRoute(deps), ...retentionRoutes(deps), ...taskRoutes(deps)];
}

const storageRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/storage',
    summary: 'Disk used by each camera, what a day adds, and the days that are left',
    tag: 'storage',
    access: { action: 'system.read' },
    answer: { status: 200, json: storageSchema },
    async handler() {
      const [cameras, days, disk, names] = await Promise.all([
        listCameraStorage(deps.pool),
        listStorageDays(deps.pool, chartDays),
        readDisk(deps.pool),
        namesOf(deps),
      ]);
      const addedPerDay = cameras.reduce((sum, camera) => sum + camera.addedPerDay, 0);
      return {
        disk: disk === undefined ? null : { ...disk, measuredAt: disk.measuredAt.toISOString() },
        usedBytes: cameras.reduce((sum, { bytes }) => sum + bytes, 0),
        addedPerDay,
        daysLeft: disk === undefined || addedPerDay <= 0 ? null : disk.freeBytes / addedPerDay,
        cameras: cameras.map((row) => ({ ...row, cameraName: names.get(row.cameraId) ?? null })),
        days: days.map((row) => ({ ...row })),
      };
    },
  });

const retentionRoutes = (deps: Deps): Route[] => [
  route({
    method: 'get',
    path: '/api/retention',
    summary: 'How long events, recordings and history stay, and how much room they may take',
    tag: 'storage',
    access: { action: 'system.read' },
    answer: { status: 200, json: retentionSchema },
    handler: async () => retentionRecord(await readRetention(deps.pool)),
  }),
  route({
    method: 'put',
    path: '/api/retention',
    summary: 'Change retention; carried out within minutes. Ask for a dry run first',
    tag: 'storage',
    access: { action: 'system.change' },
    body: retentionBodySchema,
    answer: { status: 200, json: retentionSchema },
    handler: ({ body, session, address }) =>
      inTransaction(deps.pool, async (db) => {
        const { updatedAt: _at, updatedBy: _by, ...from } = await readRetention(db);
        await writeRetention(db, body, session.user.username);
        await recordAudit(db, {
          actor: session.user.username,
          action: 'retention_changed',
          address,
          details: { from, to: body },
        });
        await wakeJanitor(db);
        return retentionRecord(await readRetention(db));
      }),
  }),
  route({
    method: 'post',
    path: '/api/retention/dry-run',
    summary: 'What these settings would take now; nothing is changed',
    tag: 'storage',
    access: { action: 'system.read' },
    body: retentionBodySchema,
    answer: { status: 200, json: dryRunSchema },
    async handler({ body }) {
      const [run, names] = await Promise.all([
        dryRun(deps.pool, body, new Date(), await readDisk(deps.pool)),
        namesOf(deps),
      ]);
      return {
        cameras: run.cameras.map((row) => ({ ...row, cameraName: names.get(row.cameraId) ?? null })),
        missingBytes: run.missingBytes,
      };
    },
  }),
];

const taskRoutes = (deps: Deps): Route[] => [
  route({
    method: 'get',
    path: '/api/storage/tasks',
    summary: 'The newest task of each kind: retention at once, report of orphans, tidying them up',
    tag: 'storage',
    access: { action: 'system.read' },
    answer: { status: 200, json: tasksSchema },
    handler: async () => ({ tasks: (await listTasks(deps.pool)).map(taskRecord) }),
  }),
  route({
    method: 'post',
    path: '/api/storage/tasks',
    summary: 'Ask the janitor for a task; its end is told as `changed` of `system`',
    tag: 'storage',
    access: { action: 'system.change' },
    body: taskBodySchema,
    answer: { status: 202, json: taskSchema },
    handler: ({ body: { kind }, session, address }) =>
      inTransaction(deps.pool, async (db) => {
        const task = await requestTask(db, kind, session.user.username);
        await recordAudit(db, {
          actor: session.user.username,
          action: 'storage_task_requested',
          address,
          details: { kind, task: task.taskId },
        });
        return taskRecord(task);
      }),
  }),
];

const namesOf = async ({ pool }: Deps): Promise<Map<string, string>> =>
  new Map((await listCameras(pool)).map(({ cameraId, cameraName }) => [cameraId, cameraName]));

const retentionRecord = ({ updatedAt, ...row }: RetentionRow): Retention => ({
  ...row,
  updatedAt: updatedAt.toISOString(),
});

const taskRecord = ({ taskId, requestedAt, startedAt, finishedAt, ...row }: TaskRow): StorageTask => ({
  id: taskId,
  ...row,
  requestedAt: requestedAt.toISOString(),
  startedAt: startedAt?.toISOString() ?? null,
  finishedAt: finishedAt?.toISOString() ?? null,
});
