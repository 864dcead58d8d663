/** What the edge reads from the settings. */
import { loadSettings, readEnvironment, type Environment } from '@apiary/base/settings';

const names = [
  'SERVER_ADDRESS',
  'HTTPS_PORT',
  'DASHBOARD_PORT',
  'DASHBOARD_URL',
  'SIGNALING_PORT',
  'LIVESTREAM_URL',
  'CERTS_DIR',
  'LOG_LEVEL',
] as const;

export type EdgeSettings = ReturnType<typeof loadEdgeSettings>;

export function loadEdgeSettings(environment: Environment = readEnvironment()) {
  return loadSettings(environment, names);
}

/** Loopback stays loopback: an appliance set up for this machine alone is not opened to the LAN. */
export const listenHost = (serverAddress: string): string =>
  serverAddress.startsWith('127.') ? '127.0.0.1' : '0.0.0.0';
