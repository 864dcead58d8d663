/** Rows as the API shows them. */
import type { CameraRow } from '@apiary/database/camera-queries';
import type { CommandRow } from '@apiary/database/command-repository';
import type { EventRow } from '@apiary/database/event-queries';
import type { UnclaimedRow } from '@apiary/database/unclaimed-queries';
import type { Camera, CameraEvent, CommandOutcome, UnclaimedCamera } from '../api-types.ts';
import { mediaUrls } from '../media/media-urls.ts';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export function cameraRecord(row: CameraRow): Camera {
  return {
    id: row.cameraId,
    name: row.cameraName,
    mode: row.status,
    requestedMode: row.requestedMode,
    connectionStatus: row.connectionStatus,
    connectionChangedAt: iso(row.connectionTimestamp),
    lastSeenAt: iso(row.lastSeen),
    firmwareVersion: row.firmwareVersion,
    hardwareVersion: row.hardwareVersion,
    ipAddress: row.ipAddress,
    location: row.location,
    batteryLevel: row.batteryLevel,
    signalStrength: row.signalStrength,
    temperature: row.temperature,
    uptimeSeconds: row.uptimeSeconds,
    createdAt: row.createdAt.toISOString(),
    revision: row.revision,
  };
}

export function eventRecord(row: EventRow): CameraEvent {
  const recorded = row.recordingCount > 0;
  return {
    id: row.eventId,
    cameraId: row.cameraId,
    cameraName: row.cameraName,
    activityType: row.activityType,
    kind: row.kind,
    startedAt: row.startTimestamp.toISOString(),
    startSource: row.startSource,
    reportedStartAt: iso(row.reportedStart),
    endedAt: iso(row.endTimestamp),
    ended: row.endTimestamp !== null,
    durationSeconds: row.durationSeconds ?? row.recordingSeconds,
    confidence: row.confidence,
    uploadStatus: row.uploadStatus,
    thumbnailUrl: row.thumbnailPath === null ? null : mediaUrls.thumbnail(row.eventId),
    playlistUrl: recorded ? mediaUrls.playlist(row.eventId) : null,
    downloadUrl: recorded ? mediaUrls.download(row.eventId) : null,
    recordingCount: row.recordingCount,
    recordingSeconds: row.recordingSeconds,
    recordingBytes: row.recordingSize,
    receivedAt: row.receivedAt.toISOString(),
    keptAt: iso(row.keptAt),
    keptBy: row.keptBy,
    recordingsRemovedAt: iso(row.recordingsRemovedAt),
    revision: row.revision,
  };
}

/** Only for commands whose outcome is known. */
export function commandRecord(
  row: CommandRow & { outcome: NonNullable<CommandRow['outcome']> },
): CommandOutcome {
  return {
    requestId: row.requestId,
    cameraId: row.cameraId,
    command: row.command,
    outcome: row.outcome,
    detail: row.outcomeDetail,
    requestedBy: row.requestedBy,
    requestedAt: row.requestedAt.toISOString(),
    outcomeAt: iso(row.outcomeAt),
    revision: row.revision,
  };
}

export function unclaimedRecord(row: UnclaimedRow): UnclaimedCamera {
  return {
    id: row.cameraId,
    address: row.address,
    configRequests: row.configRequests,
    certificateRequests: row.certificateRequests,
    firstSeenAt: row.firstSeen.toISOString(),
    lastSeenAt: row.lastSeen.toISOString(),
    approvedAt: iso(row.approvedAt),
    blockedAt: iso(row.blockedAt),
  };
}
