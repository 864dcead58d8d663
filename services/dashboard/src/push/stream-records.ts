/** Rows as messages of the stream: the changed ones by key, and those a viewer missed. What is gone is told as `removed`. */
import type { Queryable } from '@apiary/database';
import { camerasChangedAfter, readCameras, type CameraRow } from '@apiary/database/camera-queries';
import {
  camerasRemovedAfter,
  readRemovedCameras,
  type RemovedCameraRow,
} from '@apiary/database/camera-removal-repository';
import { commandsDecidedAfter, readCommands, type CommandRow } from '@apiary/database/command-repository';
import {
  eventsChangedAfter,
  eventsRemovedAfter,
  readEvents,
  readRemovedEvents,
  type EventRow,
  type RemovedEventRow,
} from '@apiary/database/event-queries';
import { cameraRecord, commandRecord, eventRecord } from '../routes/records.ts';
import { streamMessage, type StreamMessage } from './viewer.ts';

type Reader = (db: Queryable, keys: readonly string[]) => Promise<StreamMessage[]>;

/** What keys of these entities are told as. */
export const recordsOf: Readonly<Record<string, Reader>> = {
  camera: async (db, keys) => {
    const rows = await readCameras(db, keys);
    const gone = rows.length === keys.length ? [] : await readRemovedCameras(db, keys);
    return [...rows.map(cameraMessage), ...gone.map(cameraRemoved)];
  },
  event: async (db, keys) => {
    const rows = await readEvents(db, keys);
    const gone = rows.length === keys.length ? [] : await readRemovedEvents(db, keys);
    return [...rows.map(eventMessage), ...gone.map(eventRemoved)];
  },
  command: async (db, keys) => (await readCommands(db, keys)).filter(decided).map(commandMessage),
};

/** Messages of all that changed after a revision, a list an entity, each at most `limit` long. */
export async function changedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<StreamMessage[][]> {
  return [
    (await camerasChangedAfter(db, revision, limit)).map(cameraMessage),
    (await camerasRemovedAfter(db, revision, limit)).map(cameraRemoved),
    (await eventsChangedAfter(db, revision, limit)).map(eventMessage),
    (await eventsRemovedAfter(db, revision, limit)).map(eventRemoved),
    (await commandsDecidedAfter(db, revision, limit)).filter(decided).map(commandMessage),
  ];
}

const cameraMessage = (row: CameraRow): StreamMessage =>
  streamMessage('camera', row.revision, cameraRecord(row), row.cameraId);
const eventMessage = (row: EventRow): StreamMessage =>
  streamMessage('event', row.revision, eventRecord(row), row.cameraId);
const commandMessage = (row: DecidedCommand): StreamMessage =>
  streamMessage('command', row.revision, commandRecord(row), row.cameraId);
const removed = (entity: 'event' | 'camera', id: string, { cameraId, revision }: RemovedCameraRow) =>
  streamMessage('removed', revision, { entity, id, cameraId, revision }, cameraId);
const cameraRemoved = (row: RemovedCameraRow): StreamMessage => removed('camera', row.cameraId, row);
const eventRemoved = (row: RemovedEventRow): StreamMessage => removed('event', row.eventId, row);

type DecidedCommand = CommandRow & { outcome: NonNullable<CommandRow['outcome']> };
function decided(row: CommandRow): row is DecidedCommand {
  return row.outcome !== null;
}
