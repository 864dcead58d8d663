/** Both brokers have the same bounds: emqx/emqx.conf against limits.ts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { maxTopicLevels, zoneLimits } from './limits.ts';

const conf = readFileSync(new URL('../../../emqx/emqx.conf', import.meta.url), 'utf8');

/** The text of a top-level block such as `zones.camera { … }`, to its closing brace in the first column. */
function block(name: string): string {
  const start = conf.indexOf(`\n${name} {`);
  expect(start, name).toBeGreaterThan(0);
  return conf.slice(start, conf.indexOf('\n}', start));
}

function valueOf(text: string, key: string): string {
  const value = new RegExp(`\\b${key.replaceAll('.', '\\.')} = (\\S+)`).exec(text)?.[1];
  expect(value, key).toBeDefined();
  return (value ?? '').replaceAll('"', '');
}

const units: Record<string, number> = { KB: 1024, MB: 1024 ** 2, m: 60_000, d: 86_400_000 };
function inUnits(value: string): number {
  const [, number, unit] = /^(\d+)(\D*)$/.exec(value) ?? [];
  return Number(number) * (unit === undefined || unit === '' ? 1 : (units[unit] ?? Number.NaN));
}

test('zone camera', () => {
  const zone = block('zones.camera');
  expect(inUnits(valueOf(zone, 'max_packet_size'))).toBe(zoneLimits.camera.maxPacketBytes);
  expect(inUnits(valueOf(zone, 'max_clientid_len'))).toBe(zoneLimits.camera.maxClientIdLength);
  expect(inUnits(valueOf(zone, 'max_topic_levels'))).toBe(maxTopicLevels);
  expect(inUnits(valueOf(zone, 'max_subscriptions'))).toBe(zoneLimits.camera.maxSubscriptions);
  expect(inUnits(valueOf(zone, 'session_expiry_interval'))).toBe(zoneLimits.camera.sessionExpiryMs);
  expect(inUnits(valueOf(zone, 'max_mqueue_len'))).toBe(zoneLimits.camera.maxQueueLength);
  expect(inUnits(valueOf(conf.slice(conf.indexOf('listeners.ssl.default')), 'max_connections'))).toBe(
    zoneLimits.camera.maxConnections,
  );
});

test('zone service', () => {
  const zone = block('zones.service');
  expect(inUnits(valueOf(zone, 'max_mqueue_len'))).toBe(zoneLimits.service.maxQueueLength);
  expect(inUnits(valueOf(zone, 'max_inflight'))).toBe(zoneLimits.service.maxInFlight);
  expect(inUnits(valueOf(zone, 'session_expiry_interval'))).toBe(zoneLimits.service.sessionExpiryMs);
  expect(inUnits(valueOf(block('mqtt'), 'max_packet_size'))).toBe(zoneLimits.service.maxPacketBytes);
  expect(inUnits(valueOf(conf.slice(conf.indexOf('listeners.tcp.default')), 'max_connections'))).toBe(
    zoneLimits.service.maxConnections,
  );
});

test('every zone a listener names exists, and the queue outlives the sessions', () => {
  const named = [...conf.matchAll(/^ {2}zone = (\w+)$/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(['camera', 'service']);
  for (const name of named) expect(conf).toContain(`\nzones.${name ?? ''} {`);
  expect(inUnits(valueOf(block('durable_sessions'), 'message_retention_period'))).toBeGreaterThan(
    zoneLimits.service.sessionExpiryMs,
  );
});

test.each([
  ['authorization', 'no_match', 'deny'],
  ['authorization', 'deny_action', 'ignore'],
  ['listeners.tcp.default', 'enable_authn', 'quick_deny_anonymous'],
  ['listeners.ssl.default', 'enable_authn', 'false'],
  ['listeners.ssl.default', 'verify', 'verify_peer'],
  ['listeners.ssl.default', 'fail_if_no_peer_cert', 'true'],
  ['zones.camera', 'peer_cert_as_username', 'cn'],
  ['zones.camera', 'shared_subscription', 'false'],
  ['cluster', 'discovery_strategy', 'singleton'],
  ['dashboard', 'listeners.http.bind', '18083'],
])('%s: %s = %s', (name, key, value) => {
  expect(valueOf(block(name), key)).toBe(value);
});
