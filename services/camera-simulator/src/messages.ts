/** Bodies of what a camera says of itself (contract §6.3). Pure; times and ids are given. */
import type { WillForm } from './options.ts';

export interface Self {
  readonly cameraId: string;
  /** The time fields, in the form this camera writes them. */
  readonly time: Readonly<Record<string, unknown>>;
  readonly ipAddress: string;
  /** A stable number that differs from camera to camera. */
  readonly spread: number;
}

export function connectionBody(self: Self, firmwareVersion: string): object {
  return {
    status: 'connected',
    ...self.time,
    clientId: self.cameraId,
    ipAddress: self.ipAddress,
    sourceId: self.cameraId,
    sourceType: 'hive-cam',
    device: {
      softwareVersion: firmwareVersion,
      hardwareVersion: 'S2E',
      serialNumber: self.cameraId.slice(0, 12),
      deviceType: 'VBC01',
    },
  };
}

/** A mains camera (no `batteryLevel`) leaves the battery object out. */
export function heartbeatBody(self: Self, uptimeSeconds: number, batteryLevel: number | undefined): object {
  return {
    status: 'online',
    ...self.time,
    sourceId: self.cameraId,
    sourceType: 'hive-cam',
    ...(batteryLevel === undefined
      ? {}
      : { battery: { level: batteryLevel, chargingStatus: 'discharging' } }),
    radio: { signalStrength: -40 - (self.spread % 40), networkType: 'wifi' },
    ethernet: { ipAddress: self.ipAddress, linkStatus: 'up' },
    temperature: 40 + (self.spread % 10),
    uptime: uptimeSeconds,
  };
}

/** What the broker says when the camera drops; the will carries no time, it was written at the connection. */
export function willPayload(cameraId: string, form: WillForm): string {
  switch (form) {
    case 'bare-word':
      return 'DISCONNECT';
    case 'event-type':
      return JSON.stringify({ eventType: 'DISCONNECT', clientId: cameraId });
    case 'status':
      return JSON.stringify({ status: 'disconnected', clientId: cameraId });
  }
}
