/** Rows of `status_events`: one a message that says something of the camera itself, one a change seen by the broker or a clock. */
import { createHash } from 'node:crypto';
import { effectiveTime } from '@apiary/contract';
import type { StatusEventRow } from '@apiary/database/ingest-repository';
import type { MessageItem, PresenceItem } from './item.ts';
import { rawPayload } from './raw-payload.ts';

export function statusEvent(
  item: MessageItem,
  values: Partial<StatusEventRow> & { eventType: StatusEventRow['eventType']; reportedAt?: Date | undefined },
): StatusEventRow {
  const { reportedAt, ...rest } = values;
  const receivedAt = new Date(item.receivedAtMs);
  return {
    ...emptyStatusEvent,
    ...rest,
    cameraId: item.cameraId,
    timestampMs: effectiveTime(reportedAt, receivedAt).getTime(),
    reportedAtMs: reportedAt?.getTime(),
    receivedAtMs: item.receivedAtMs,
    redelivered: item.dup,
    rawPayload: rawPayload(item.payload, item.message?.raw),
    digest: createHash('sha256').update(item.topic).update('\0').update(item.payload).digest('hex'),
  };
}

export function presenceEvent(item: PresenceItem, connected: boolean): StatusEventRow {
  return {
    ...emptyStatusEvent,
    cameraId: item.cameraId,
    eventType: connected ? 'connection' : 'disconnect',
    status: item.cause,
    timestampMs: item.receivedAtMs,
    receivedAtMs: item.receivedAtMs,
    rawPayload: JSON.stringify(item.evidence),
    digest: createHash('sha256').update(JSON.stringify(item.evidence)).digest('hex'),
  };
}

const emptyStatusEvent: Omit<
  StatusEventRow,
  'cameraId' | 'eventType' | 'timestampMs' | 'receivedAtMs' | 'digest'
> = {
  status: undefined,
  reportedAtMs: undefined,
  redelivered: false,
  clientId: undefined,
  ipAddress: undefined,
  firmwareVersion: undefined,
  batteryLevel: undefined,
  temperature: undefined,
  uptime: undefined,
  signalStrength: undefined,
  rawPayload: undefined,
};
