/**
 * Every MQTT topic of the contract (§6.2), each a builder and a parser made from one template. Nothing else in the
 * tree spells a topic.
 */
import { isCameraId } from './camera-id.ts';

const device = (kind: string, id: string): string => `prod/device/${kind}/hive-cam/${id}`;

/** Camera → platform. */
export const cameraTopics = {
  connection: (id: string) => device('connection', id),
  status: (id: string) => device('status', id),
  /** Prefix the camera is told; it appends `/activity/…` and `/camera/state`. */
  messagePrefix: (id: string) => device('message', id),
  activityStart: (id: string) => `${device('message', id)}/activity/start`,
  activityStop: (id: string) => `${device('message', id)}/activity/stop`,
  state: (id: string) => `${device('message', id)}/camera/state`,
} as const;

export const commandNames = [
  'system/setmode',
  'system/reboot',
  'settings/update',
  'sound/play',
  'sound/stop',
  'stream/play',
  'stream/stop',
  'stream/keepalive',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Platform → camera. */
export const commandTopic = (id: string, command: CommandName): string => `prod/honeycomb/${id}/${command}`;
/** Prefix the camera is told; it subscribes below it. */
export const commandPrefix = (id: string): string => `prod/honeycomb/${id}`;

/** What the processor subscribes to: all that cameras say, known or not. */
export const allCameraMessages = 'prod/device/+/hive-cam/#';
/** The broker's own events: `$SYS/brokers/<node>/clients/<id>/connected|disconnected`. */
export const allPresenceEvents = [
  '$SYS/brokers/+/clients/+/connected',
  '$SYS/brokers/+/clients/+/disconnected',
] as const;

export type CameraTopicKind =
  'connection' | 'status' | 'activity-start' | 'activity-stop' | 'activity-other' | 'state' | 'unknown';
export interface CameraTopic {
  readonly cameraId: string;
  readonly kind: CameraTopicKind;
}

const cameraTopicPattern = /(?:^|\/)prod\/device\/([^/]+)\/hive-cam\/([0-9A-F]{32})(?:\/(.*))?$/s;

/**
 * Meaning of a topic a camera published to; undefined when it names no valid camera id. A prefix before `prod/`
 * (bridged set-ups) is tolerated.
 */
export function parseCameraTopic(topic: string): CameraTopic | undefined {
  const match = cameraTopicPattern.exec(topic);
  const [channel, cameraId, rest] = [match?.[1], match?.[2], match?.[3]];
  if (channel === undefined || cameraId === undefined) return undefined;
  return { cameraId, kind: kindOf(channel, rest) };
}

function kindOf(channel: string, rest: string | undefined): CameraTopicKind {
  if (rest === undefined)
    return channel === 'connection' ? 'connection' : channel === 'status' ? 'status' : 'unknown';
  if (channel !== 'message') return 'unknown';
  if (rest === 'activity/start') return 'activity-start';
  if (rest === 'activity/stop' || rest === 'activity/end') return 'activity-stop';
  if (rest.startsWith('activity/')) return 'activity-other';
  return rest === 'camera/state' ? 'state' : 'unknown';
}

const commandTopicPattern = /(?:^|\/)prod\/honeycomb\/([0-9A-F]{32})\/(.+)$/s;

/** The camera and command of a topic below `prod/honeycomb/`; the command may be one we do not know. */
export function parseCommandTopic(topic: string): { cameraId: string; command: string } | undefined {
  const match = commandTopicPattern.exec(topic);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { cameraId: match[1], command: match[2] };
}

const presencePattern = /^\$SYS\/brokers\/[^/]+\/clients\/([^/]+)\/(connected|disconnected)$/;

/** A presence event of a camera; undefined for other clients. */
export function parsePresenceTopic(
  topic: string,
): { cameraId: string; event: 'connected' | 'disconnected' } | undefined {
  const match = presencePattern.exec(topic);
  const [id, event] = [match?.[1], match?.[2]];
  return id === undefined || !isCameraId(id)
    ? undefined
    : { cameraId: id, event: event as 'connected' | 'disconnected' };
}

/** Topic the broker publishes a presence event to (`node` names the broker). */
export const presenceTopic = (node: string, clientId: string, event: 'connected' | 'disconnected'): string =>
  `$SYS/brokers/${node}/clients/${clientId}/${event}`;
