/** Rows as the messages channels are given. */
import type { DeliveryRow } from '@apiary/database/notification-delivery-repository';
import type { Alert, Message, Summary } from './channel.ts';

export function toAlert(row: DeliveryRow): Alert {
  return {
    deliveryId: row.deliveryId,
    kind: row.kind,
    activityType: row.activityType ?? undefined,
    cameraId: row.cameraId,
    cameraName: row.cameraName === '' ? row.cameraId.slice(0, 8) : row.cameraName,
    eventId: row.eventId ?? undefined,
    at: row.happenedAt,
    thumbnailPath: row.thumbnailPath ?? undefined,
    hasRecording: row.recordingCount > 0,
  };
}

/** @param cause undefined: one alert for itself; the first row is taken */
export function toMessage(rows: readonly DeliveryRow[], cause: Summary['cause'] | undefined): Message {
  const alerts = rows.map(toAlert);
  const [first] = alerts;
  return cause === undefined && first !== undefined
    ? { form: 'alert', alert: first }
    : { form: 'summary', summary: { alerts, cause: cause ?? 'many' } };
}

export const withoutPicture = (message: Message): Message =>
  message.form === 'alert'
    ? { form: 'alert', alert: { ...message.alert, thumbnailPath: undefined } }
    : message;
