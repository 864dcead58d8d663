/**
 * Folds what a batch holds about one camera, in order, into one new state of its row and the status events to keep.
 * Pure: reads and writes nothing, so that a batch can be tried again.
 */
import { defaultCameraName, type StatusMessage } from '@apiary/contract';
import type { CameraRow, CameraWrite, StatusEventRow } from '@apiary/database/ingest-repository';
import { fillConnection, fillStatus, noValues, takeConnection, takeStatus } from './camera-values.ts';
import type { Item, MessageItem, PresenceItem } from './item.ts';
import { decidePresence, type Evidence, type Presence } from './presence-rules.ts';
import { presenceEvent, statusEvent } from './status-event.ts';

export interface Report {
  readonly message: StatusMessage;
  readonly receivedAtMs: number;
}

export interface CameraFold {
  /** undefined: nothing to write. */
  readonly write: CameraWrite | undefined;
  readonly statusEvents: readonly StatusEventRow[];
  /** What to ask the broker about. */
  readonly ask: 'online' | 'offline' | undefined;
  /** Live heartbeats and state messages: may confirm commands. */
  readonly reports: readonly Report[];
  /** When the camera came back last in this batch. */
  readonly reconnectedAtMs: number | undefined;
  /** Stored state is due to be re-sent; `announced`: the camera said it is ready. */
  readonly restore: { readonly announced: boolean } | undefined;
  /** `last_seen` not worth a write of its own yet. */
  readonly seenLaterMs: number | undefined;
}

/** `last_seen` is written at most this often for a camera that says nothing else new. */
const seenStepMs = 1000;

export function foldCamera(cameraId: string, row: CameraRow | undefined, items: readonly Item[]): CameraFold {
  let presence: Presence = {
    connected: row?.connected ?? false,
    session: row?.brokerSession,
    sessionEnded: row?.brokerSessionEnded ?? false,
  };
  let changed = row === undefined;
  let ask: CameraFold['ask'];
  let lastSeenMs = row?.lastSeenMs;
  let seenForced = false;
  let connectionChangedAtMs: number | undefined;
  let reconnectedAtMs: number | undefined;
  let restore: { announced: boolean } | undefined;
  let restoredSession: string | undefined;
  const values = noValues();
  const statusEvents: StatusEventRow[] = [];
  const reports: Report[] = [];

  const see = (evidence: Evidence, atMs: number): { before: Presence; now: Presence } => {
    const before = presence;
    const decision = decidePresence(before, evidence);
    presence = decision.presence;
    ask = decision.ask ?? (evidence.kind === 'said-online' ? undefined : ask);
    if (presence.connected !== before.connected) {
      changed = true;
      connectionChangedAtMs = atMs;
      if (presence.connected) restore ??= { announced: false };
    }
    if (presence.session !== before.session || presence.sessionEnded !== before.sessionEnded) {
      changed = true;
      if (presence.session !== undefined && !presence.sessionEnded) {
        reconnectedAtMs = Math.min(atMs, presence.session);
        // The broker names a connection we knew from its messages: what was re-sent on it stays re-sent.
        if (before.session === undefined && before.connected && row?.restoredSession !== undefined)
          restoredSession = String(presence.session);
        else restore ??= { announced: false };
      }
    }
    return { before, now: presence };
  };

  const takeMessage = (item: MessageItem): void => {
    const { message, receivedAtMs } = item;
    if (!item.retain) {
      if (lastSeenMs === undefined || receivedAtMs > lastSeenMs) lastSeenMs = receivedAtMs;
    }
    if (message === undefined || message.type === 'unknown') {
      if (!item.retain) statusEvents.push(statusEvent(item, { eventType: 'message', status: item.fault }));
      return;
    }
    if (message.type === 'connection') {
      if (item.retain) {
        fillConnection(values, row, message);
        return;
      }
      takeConnection(values, message);
      const { before } = see({ kind: message.connected ? 'said-online' : 'said-offline' }, receivedAtMs);
      if (message.connected) {
        reconnectedAtMs = receivedAtMs;
        if (!before.connected || restore !== undefined) restore = { announced: true };
        else if (restoreDue(row, before)) restore = { announced: true };
      }
      statusEvents.push(
        statusEvent(item, {
          eventType: message.connected ? 'connection' : 'disconnect',
          status: message.connected ? 'connected' : 'disconnected',
          reportedAt: message.reportedAt,
          clientId: message.clientId,
          ipAddress: message.ipAddress,
          firmwareVersion: message.firmwareVersion,
        }),
      );
      return;
    }
    if (message.type === 'status' || message.type === 'state') {
      if (item.retain) {
        fillStatus(values, row, message, receivedAtMs);
        return;
      }
      takeStatus(values, message, receivedAtMs);
      reports.push({ message, receivedAtMs });
      if (message.online) see({ kind: 'said-online' }, receivedAtMs);
      statusEvents.push(
        statusEvent(item, {
          eventType: message.type === 'state' ? 'state' : 'heartbeat',
          status: message.status,
          reportedAt: message.reportedAt,
          ipAddress: message.ipAddress,
          batteryLevel: message.batteryLevel,
          temperature: message.temperature,
          uptime: message.uptimeSeconds,
          signalStrength: message.signalStrength,
        }),
      );
      return;
    }
    // An activity is a sign of life; its content is the business of activity-fold.
    if (!item.retain) see({ kind: 'said-online' }, receivedAtMs);
  };

  const takePresence = (item: PresenceItem): void => {
    const { evidence, receivedAtMs } = item;
    const heardMs = Math.max(lastSeenMs ?? 0, row?.connectionChangedAtMs ?? 0);
    if (evidence.kind === 'silent' && heardMs >= evidence.sinceMs) return;
    const { before, now } = see(evidence, receivedAtMs);
    if (before.connected === now.connected) return;
    statusEvents.push(presenceEvent(item, now.connected));
  };

  for (const item of items) {
    if (item.kind === 'message') takeMessage(item);
    else if (item.kind === 'presence') takePresence(item);
    else {
      if (lastSeenMs === undefined || item.receivedAtMs > lastSeenMs) lastSeenMs = item.receivedAtMs;
      seenForced = true;
    }
  }

  if (Object.values(values).some((value) => value !== undefined)) changed = true;
  if (restoredSession !== undefined) changed = true;
  const seenChanged = lastSeenMs !== undefined && lastSeenMs > (row?.lastSeenMs ?? 0);
  const seenDue = seenChanged && (seenForced || (lastSeenMs ?? 0) - (row?.lastSeenMs ?? 0) >= seenStepMs);
  const write = changed || seenDue;
  return {
    write: write
      ? {
          cameraId,
          defaultName: defaultCameraName(cameraId),
          lastSeenMs,
          ...values,
          connected: presence.connected,
          connectionChangedAtMs,
          brokerSession: presence.session,
          brokerSessionEnded: presence.sessionEnded,
          restoredSession,
        }
      : undefined,
    statusEvents,
    ask,
    reports,
    reconnectedAtMs,
    restore: presence.connected ? restore : undefined,
    seenLaterMs: seenChanged && !write ? lastSeenMs : undefined,
  };
}

const restoreDue = (row: CameraRow | undefined, presence: Presence): boolean =>
  row !== undefined &&
  presence.session !== undefined &&
  !presence.sessionEnded &&
  row.restoredSession !== String(presence.session);
