/**
 * Folds the activity messages of a batch into one change an event (contract §7): whatever order and number the messages
 * come in, the first start and the first stop count. Pure but for `findMadeEvent`, which looks up an event whose camera
 * gave no id.
 */
import { activityKind, effectiveTime, type ActivityMessage } from '@apiary/contract';
import type { ActivityChange } from '@apiary/database/activity-repository';

export interface ActivityItem {
  readonly cameraId: string;
  readonly message: ActivityMessage;
  readonly retain: boolean;
  readonly receivedAtMs: number;
}

export interface MadeEvent {
  readonly eventId: string;
  readonly stopped: boolean;
  readonly reportedEndMs: number | undefined;
}

export type FindMadeEvent = (
  cameraId: string,
  madePrefix: string,
  beforeMs: number,
) => Promise<MadeEvent | undefined>;

/** Ids we make for cameras that give none: `activity_{ID}_{epoch seconds}` (contract §6.3). */
export const madePrefix = (cameraId: string): string => `activity_${cameraId}_`;

type Draft = { -readonly [K in keyof ActivityChange]: ActivityChange[K] };

export async function foldActivities(
  items: readonly ActivityItem[],
  findMadeEvent: FindMadeEvent,
): Promise<ActivityChange[]> {
  const drafts = new Map<string, Draft>();
  for (const item of items) {
    const { cameraId, message, receivedAtMs } = item;
    const atMs = effectiveTime(message.reportedAt, new Date(receivedAtMs)).getTime();
    const eventId =
      message.eventId ??
      (message.type === 'activity-stop'
        ? await stoppedMadeEvent(item, atMs, drafts, findMadeEvent)
        : madeId(cameraId, atMs));
    if (eventId === undefined) continue;
    const key = `${cameraId} ${eventId}`;
    let draft = drafts.get(key);
    if (draft === undefined) drafts.set(key, (draft = emptyDraft(cameraId, eventId)));
    merge(draft, item, atMs);
  }
  return [...drafts.values()];
}

const madeId = (cameraId: string, atMs: number): string =>
  `${madePrefix(cameraId)}${Math.floor(atMs / 1000)}`;

/** The event a stop without id ends: the camera's newest made one. undefined: that stop was already taken. */
async function stoppedMadeEvent(
  item: ActivityItem,
  atMs: number,
  drafts: ReadonlyMap<string, Draft>,
  findMadeEvent: FindMadeEvent,
): Promise<string | undefined> {
  const { cameraId, message } = item;
  const prefix = madePrefix(cameraId);
  const inBatch = [...drafts.values()]
    .filter(
      (draft) => draft.cameraId === cameraId && draft.eventId.startsWith(prefix) && draft.start !== undefined,
    )
    .filter((draft) => (draft.start?.atMs ?? 0) <= atMs)
    .sort((a, b) => (b.start?.atMs ?? 0) - (a.start?.atMs ?? 0))[0];
  const known =
    inBatch === undefined
      ? await findMadeEvent(cameraId, prefix, atMs)
      : {
          eventId: inBatch.eventId,
          stopped: inBatch.stop !== undefined,
          reportedEndMs: inBatch.stop?.reportedMs,
        };
  if (known === undefined) return madeId(cameraId, atMs);
  if (!known.stopped) return known.eventId;
  const repeated = message.reportedAt !== undefined && known.reportedEndMs === message.reportedAt.getTime();
  return repeated ? undefined : madeId(cameraId, atMs);
}

function emptyDraft(cameraId: string, eventId: string): Draft {
  return {
    eventId,
    cameraId,
    activityType: 'MOTION',
    activityTypeGiven: false,
    kind: 'motion',
    start: undefined,
    stop: undefined,
    confidence: undefined,
    region: undefined,
  };
}

function merge(draft: Draft, item: ActivityItem, atMs: number): void {
  const { message, receivedAtMs } = item;
  const isStop = message.type === 'activity-stop';
  const counts = message.type === 'activity-start' && !item.retain;
  // A start that counts replaces one that does not; otherwise the first stays.
  const takes = isStop
    ? draft.stop === undefined
    : draft.start === undefined || (counts && !draft.start.counts);
  if (!takes) return;
  // What a start says of the activity goes before what a stop says.
  const speaks = !isStop || draft.start === undefined;
  if (speaks && message.activityTypeGiven) {
    draft.activityType = message.activityType;
    draft.activityTypeGiven = true;
    draft.kind = activityKind(message.activityType);
  }
  if (speaks || draft.confidence === undefined) draft.confidence = message.confidence ?? draft.confidence;
  if (speaks || draft.region === undefined)
    draft.region = message.region === undefined ? draft.region : JSON.stringify(message.region);
  const reportedMs = message.reportedAt?.getTime();
  if (isStop) draft.stop = { atMs, reportedMs, receivedMs: receivedAtMs };
  else {
    const source = reportedMs !== undefined && atMs === reportedMs ? 'camera' : 'receipt';
    draft.start = { atMs, source, reportedMs, receivedMs: receivedAtMs, counts };
  }
}
