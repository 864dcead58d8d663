import { createHash } from 'node:crypto';

/**
 * MQTT client id of a service: its user name and a part nobody outside can know. Cameras share one certificate, and a
 * client id is taken over by whoever connects with it: were it the user name alone, anyone who holds the cameras' key
 * could push a service off its session, and discard what is queued for it with a clean CONNECT.
 */
export function serviceClientId(userName: string, password: string): string {
  return `${userName}-${createHash('sha256').update(`client id of ${userName}:${password}`).digest('hex').slice(0, 32)}`;
}
