/**
 * Who may publish and subscribe to what: the one source of truth for `emqx/acl.conf` (rendered by
 * `renderEmqxAcl`, held to it by a test) and for the embedded broker (`isAllowed`).
 *
 * All cameras share one client certificate, so the MQTT client id is the identity, and a rule that uses it must
 * anchor it: a client called `+` would otherwise read every camera (emqx-measured §1).
 */
import { isCameraId } from './camera-id.ts';

/** CN of the shared camera certificate; on the camera listener the broker takes it as the user name. */
export const cameraUserName = 'camera_client';

export const serviceUsers = {
  'svc-mqtt-processor': {
    publish: ['prod/honeycomb/#'],
    subscribe: ['prod/device/#', '$SYS/brokers/+/clients/#'],
  },
  'svc-dashboard': { publish: ['prod/honeycomb/#'], subscribe: [] },
  'svc-livestream': { publish: ['prod/honeycomb/#'], subscribe: ['prod/device/#'] },
} as const satisfies Record<string, { publish: readonly string[]; subscribe: readonly string[] }>;
export type ServiceUser = keyof typeof serviceUsers;

/** `{id}` is the client id. */
export const cameraRules = {
  publish: ['prod/device/+/hive-cam/{id}/#'],
  subscribe: ['prod/honeycomb/{id}/#'],
} as const;

export interface Client {
  /** Which listener it came through. */
  readonly zone: 'camera' | 'service';
  readonly clientId: string;
  /** CN of its certificate on the camera listener, authenticated user name on the service listener. */
  readonly userName: string;
}

/** `topic` is a topic name for publish, a filter for subscribe. */
export function isAllowed(client: Client, action: 'publish' | 'subscribe', topic: string): boolean {
  if (client.zone === 'camera') {
    if (client.userName !== cameraUserName || !isCameraId(client.clientId)) return false;
    return cameraRules[action].some((rule) => covers(rule.replace('{id}', client.clientId), topic));
  }
  if (!Object.hasOwn(serviceUsers, client.userName)) return false;
  return serviceUsers[client.userName as ServiceUser][action].some((rule) => covers(rule, topic));
}

/**
 * The rule filter matches the *text* of the topic or filter, level by level: a `+` in the rule matches one level
 * (also a literal `+`), but a wildcard asked for never widens a fixed level. As EMQX does it.
 */
export function covers(rule: string, asked: string): boolean {
  const ruleLevels = rule.split('/');
  const askedLevels = asked.split('/');
  if (asked.startsWith('$') && !rule.startsWith('$')) return false;
  for (const [index, level] of ruleLevels.entries()) {
    // Also when nothing is left: `a/b/#` covers `a/b` itself.
    if (level === '#') return true;
    const given = askedLevels[index];
    if (given === undefined) return false;
    // A `#` asked for under `+` would reach deeper than the rule.
    if (level === '+' ? given === '#' : level !== given) return false;
  }
  return ruleLevels.length === askedLevels.length;
}
