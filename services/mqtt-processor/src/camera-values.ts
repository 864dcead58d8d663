/** What messages say about a camera besides its connection: new values of its row. */
import { effectiveTime, type ConnectionMessage, type StatusMessage } from '@apiary/contract';
import type { CameraRow, CameraWrite } from '@apiary/database/ingest-repository';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type CameraValues = Mutable<
  Pick<
    CameraWrite,
    | 'firmwareVersion'
    | 'hardwareVersion'
    | 'ipAddress'
    | 'status'
    | 'statusReportedAtMs'
    | 'batteryLevel'
    | 'signalStrength'
    | 'temperature'
    | 'uptimeSeconds'
  >
>;
export const noValues = (): CameraValues => ({
  firmwareVersion: undefined,
  hardwareVersion: undefined,
  ipAddress: undefined,
  status: undefined,
  statusReportedAtMs: undefined,
  batteryLevel: undefined,
  signalStrength: undefined,
  temperature: undefined,
  uptimeSeconds: undefined,
});

export function takeConnection(values: CameraValues, message: ConnectionMessage): void {
  values.firmwareVersion = message.firmwareVersion ?? values.firmwareVersion;
  values.hardwareVersion = message.hardwareVersion ?? values.hardwareVersion;
  values.ipAddress = message.ipAddress ?? values.ipAddress;
}

export function takeStatus(values: CameraValues, message: StatusMessage, receivedAtMs: number): void {
  values.ipAddress = message.ipAddress ?? values.ipAddress;
  values.batteryLevel = message.batteryLevel ?? values.batteryLevel;
  values.signalStrength = message.signalStrength ?? values.signalStrength;
  values.temperature = message.temperature ?? values.temperature;
  values.uptimeSeconds = message.uptimeSeconds ?? values.uptimeSeconds;
  if (message.mode !== undefined) {
    values.status = message.mode.slice(0, 64);
    values.statusReportedAtMs = effectiveTime(message.reportedAt, new Date(receivedAtMs)).getTime();
  }
}

/** A retained message is a snapshot of unknown age: it fills what is not known, and replaces nothing. */
export function fillConnection(
  values: CameraValues,
  row: CameraRow | undefined,
  message: ConnectionMessage,
): void {
  if (row?.firmwareVersion === undefined) values.firmwareVersion ??= message.firmwareVersion;
  if (row?.hardwareVersion === undefined) values.hardwareVersion ??= message.hardwareVersion;
  if (row?.ipAddress === undefined) values.ipAddress ??= message.ipAddress;
}

export function fillStatus(
  values: CameraValues,
  row: CameraRow | undefined,
  message: StatusMessage,
  receivedAtMs: number,
): void {
  if (row?.ipAddress === undefined) values.ipAddress ??= message.ipAddress;
  if (
    message.mode !== undefined &&
    (row === undefined || row.status === 'unknown') &&
    values.status === undefined
  )
    takeStatus(
      values,
      {
        ...message,
        ipAddress: undefined,
        batteryLevel: undefined,
        signalStrength: undefined,
        temperature: undefined,
        uptimeSeconds: undefined,
      },
      receivedAtMs,
    );
}
