/**
 * One batch, one transaction: reads the cameras it names, folds, writes sets, commits. Knows nothing of MQTT; what must
 * follow a commit is returned, so that nothing happens for a batch that is rolled back.
 */
import type pg from 'pg';
import { newestMadeEvent, writeActivities, type ActivityResult } from '@apiary/database/activity-repository';
import {
  openCommands,
  settleCommands,
  type CommandOutcome,
} from '@apiary/database/command-outcome-repository';
import {
  insertStatusEvents,
  readCameras,
  writeCameras,
  type CameraWrite,
  type StatusEventRow,
} from '@apiary/database/ingest-repository';
import { inTransaction } from '@apiary/database/pool';
import { foldActivities, type ActivityItem } from './activity-fold.ts';
import { foldCamera, type CameraFold } from './camera-fold.ts';
import { judgeCommand } from './command-judge.ts';
import type { Item, PresenceItem } from './item.ts';

export interface BatchResult {
  readonly asks: readonly { cameraId: string; about: 'online' | 'offline' }[];
  readonly restores: readonly { cameraId: string; announced: boolean }[];
  readonly seenLater: readonly { cameraId: string; atMs: number }[];
  readonly activities: ActivityResult | undefined;
  readonly commands: readonly CommandOutcome[];
  readonly statusEvents: number;
}

/** A stop without event id ends an event that began at most this long before it. */
const madeEventWithinMs = 3600_000;
/** Broker sessions of ids that have said nothing yet; the oldest is forgotten past this. */
const maxUnheard = 10_000;

/** What the broker said of ids that have no row: a camera comes into being with its first message only. */
export type UnheardSessions = Map<string, PresenceItem>;

export async function processBatch(
  pool: pg.Pool,
  items: readonly Item[],
  unheard: UnheardSessions,
): Promise<BatchResult> {
  const byCamera = new Map<string, Item[]>();
  const activities: ActivityItem[] = [];
  for (const item of items) {
    const list = byCamera.get(item.cameraId);
    if (list === undefined) byCamera.set(item.cameraId, [item]);
    else list.push(item);
    const activity = activityOf(item);
    if (activity !== undefined) activities.push(activity);
  }

  return inTransaction(pool, async (client) => {
    const rows = await readCameras(client, [...byCamera.keys()]);
    const folds = new Map<string, CameraFold>();
    const writes: CameraWrite[] = [];
    const statusEvents: StatusEventRow[] = [];
    const news: string[] = [];
    for (const [cameraId, cameraItems] of byCamera) {
      const row = rows.get(cameraId);
      const fold =
        row === undefined
          ? foldUnknown(cameraId, cameraItems, unheard)
          : foldCamera(cameraId, row, cameraItems);
      if (fold === undefined) continue;
      folds.set(cameraId, fold);
      if (fold.write !== undefined) writes.push(fold.write);
      statusEvents.push(...fold.statusEvents);
      if (fold.reports.length > 0 || fold.reconnectedAtMs !== undefined) news.push(cameraId);
    }

    await writeCameras(client, writes);
    await insertStatusEvents(client, statusEvents);
    const changes = await foldActivities(activities, (cameraId, prefix, beforeMs) =>
      newestMadeEvent(client, cameraId, prefix, beforeMs, madeEventWithinMs),
    );
    const written = changes.length === 0 ? undefined : await writeActivities(client, changes);
    const commands = news.length === 0 ? [] : await judgeOpenCommands(client, news, folds);
    await settleCommands(client, commands);

    return {
      asks: collect(folds, ({ ask }, cameraId) => (ask === undefined ? undefined : { cameraId, about: ask })),
      restores: collect(folds, ({ restore }, cameraId) =>
        restore === undefined ? undefined : { cameraId, announced: restore.announced },
      ),
      seenLater: collect(folds, ({ seenLaterMs }, cameraId) =>
        seenLaterMs === undefined ? undefined : { cameraId, atMs: seenLaterMs },
      ),
      activities: written,
      commands,
      statusEvents: statusEvents.length,
    };
  });
}

function activityOf(item: Item): ActivityItem | undefined {
  if (item.kind !== 'message' || item.message === undefined) return undefined;
  const { message } = item;
  switch (message.type) {
    case 'activity-start':
    case 'activity-stop':
    case 'activity-other':
      return { cameraId: item.cameraId, message, retain: item.retain, receivedAtMs: item.receivedAtMs };
    default:
      return undefined;
  }
}

/** A camera without a row: only a message of its own makes one; what the broker says is kept for that moment. */
function foldUnknown(
  cameraId: string,
  items: readonly Item[],
  unheard: UnheardSessions,
): CameraFold | undefined {
  const kept = unheard.get(cameraId);
  if (items.some(({ kind }) => kind === 'message')) {
    // Not removed: the batch may be rolled back. An entry that is known already changes nothing.
    return foldCamera(cameraId, undefined, kept === undefined ? items : [kept, ...items]);
  }
  for (const item of items) {
    if (item.kind !== 'presence') continue;
    if (item.evidence.kind === 'opened') {
      unheard.delete(cameraId);
      unheard.set(cameraId, item);
    } else if (item.evidence.kind === 'closed') unheard.delete(cameraId);
  }
  for (const oldest of unheard.keys()) {
    if (unheard.size <= maxUnheard) break;
    unheard.delete(oldest);
  }
  return undefined;
}

async function judgeOpenCommands(
  client: pg.PoolClient,
  cameraIds: readonly string[],
  folds: ReadonlyMap<string, CameraFold>,
): Promise<CommandOutcome[]> {
  const open = await openCommands(client, cameraIds);
  return open.flatMap((command) => {
    const fold = folds.get(command.cameraId);
    if (fold === undefined) return [];
    const verdict = judgeCommand(command, fold.reports, fold.reconnectedAtMs);
    return verdict === undefined ? [] : [{ requestId: command.requestId, ...verdict }];
  });
}

function collect<T>(
  folds: ReadonlyMap<string, CameraFold>,
  pick: (fold: CameraFold, cameraId: string) => T | undefined,
): T[] {
  return [...folds].flatMap(([cameraId, fold]) => {
    const picked = pick(fold, cameraId);
    return picked === undefined ? [] : [picked];
  });
}
