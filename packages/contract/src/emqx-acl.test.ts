/**
 * emqx/acl.conf: equal to what access-rules.ts says, readable as Erlang terms, and neither narrower nor wider than the
 * contract's topics.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isAllowed, type Client } from './access-rules.ts';
import { renderEmqxAcl } from './emqx-acl.ts';
import {
  allCameraMessages,
  allPresenceEvents,
  cameraTopics,
  commandNames,
  commandPrefix,
  commandTopic,
} from './topics.ts';

const aclFile = new URL('../../../emqx/acl.conf', import.meta.url).pathname;
const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const otherId = 'F0A1B2C3D4E5F60718293A4B5C6D7E8F';
const camera = (clientId = id, userName = 'camera_client'): Client => ({
  zone: 'camera',
  clientId,
  userName,
});
const service = (userName: string): Client => ({ zone: 'service', clientId: userName, userName });

/** `erl -eval` with file:consult, EMQX's own way to read the file; undefined where Erlang is not installed. */
function consult(path: string): string | undefined {
  try {
    const program = `{ok, Terms} = file:consult("${path}"), io:format("~w rules", [length(Terms)]), halt(0).`;
    return execFileSync('erl', ['-noshell', '-eval', program], { encoding: 'utf8', timeout: 20_000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

describe('emqx/acl.conf', () => {
  test('is what the access rules say', async () => {
    await expect(renderEmqxAcl()).toMatchFileSnapshot(aclFile);
  });

  test('holds balanced Erlang terms, each ended by a dot', () => {
    const terms = readFileSync(aclFile, 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('%%'))
      .join(' ')
      .split(/\.\s+/)
      .filter((term) => term.trim() !== '');
    expect(terms.length).toBeGreaterThanOrEqual(5);
    for (const term of terms) {
      for (const [open, close] of ['{}', '[]'].map((pair) => [pair[0] ?? '', pair[1] ?? ''] as const)) {
        const outsideText = term.replaceAll(/"[^"]*"/g, '""');
        expect(outsideText.split(open).length).toBe(outsideText.split(close).length);
      }
    }
    const rules = consult(aclFile);
    if (rules === undefined)
      console.info(
        'Erlang is not installed: the ACL file was checked by its brackets only, not by file:consult',
      );
    else expect(rules).toBe(`${terms.length} rules`);
  });

  test('anchors the camera id to the very end and asks for the zone in every rule', () => {
    const text = readFileSync(aclFile, 'utf8');
    expect(text).toContain(String.raw`{re, "^[0-9A-F]{32}\\z"}`);
    const rules = text.split('\n').filter((line) => line.startsWith('{allow'));
    expect(rules.every((rule) => rule.includes('{client_attr, "zone", "'))).toBe(true);
    expect(
      rules.filter((rule) => rule.includes('"camera"')).every((rule) => rule.includes('{clientid,')),
    ).toBe(true);
  });
});

describe('access rules', () => {
  const published = [
    cameraTopics.connection(id),
    cameraTopics.status(id),
    cameraTopics.activityStart(id),
    cameraTopics.activityStop(id),
    cameraTopics.state(id),
    `${cameraTopics.messagePrefix(id)}/anything/else`,
  ];

  test.each(published)('a camera publishes %s', (topic) => {
    expect(isAllowed(camera(), 'publish', topic)).toBe(true);
    expect(isAllowed(camera(otherId), 'publish', topic)).toBe(false);
    expect(isAllowed(camera(), 'subscribe', topic)).toBe(false);
    expect(isAllowed(service('svc-dashboard'), 'publish', topic)).toBe(false);
  });

  test.each(commandNames)('a camera hears %s, services send it', (command) => {
    const topic = commandTopic(id, command);
    expect(isAllowed(camera(), 'subscribe', topic)).toBe(true);
    expect(isAllowed(camera(), 'publish', topic)).toBe(false);
    expect(isAllowed(camera(otherId), 'subscribe', topic)).toBe(false);
    for (const user of ['svc-mqtt-processor', 'svc-dashboard', 'svc-livestream'])
      expect(isAllowed(service(user), 'publish', topic)).toBe(true);
  });

  test('the processor hears cameras and presence; the dashboard hears nothing', () => {
    for (const filter of [allCameraMessages, ...allPresenceEvents]) {
      expect(isAllowed(service('svc-mqtt-processor'), 'subscribe', filter)).toBe(true);
      expect(isAllowed(service('svc-dashboard'), 'subscribe', filter)).toBe(false);
    }
  });

  test.each([
    'prod/honeycomb/+/system/setmode',
    'prod/honeycomb/#',
    'prod/#',
    '#',
    '+/honeycomb/x',
    '$SYS/#',
    `$share/g/${commandPrefix(id)}/#`,
    `$queue/${commandPrefix(id)}/#`,
    `$exclusive/${commandPrefix(id)}/#`,
    commandPrefix(id.toLowerCase()),
  ])('a camera may not subscribe %s', (filter) => {
    expect(isAllowed(camera(), 'subscribe', filter)).toBe(false);
  });

  test.each(['+', '#', id.toLowerCase(), id.slice(1), `${id}0`, `${id}\n`, `${id}/x`, '$SYS', ''])(
    'a client that calls itself %j is nobody',
    (clientId) => {
      for (const topic of [
        `prod/honeycomb/${clientId}/#`,
        commandPrefix(id),
        cameraTopics.status(clientId),
      ]) {
        expect(isAllowed(camera(clientId), 'subscribe', topic)).toBe(false);
        expect(isAllowed(camera(clientId), 'publish', topic)).toBe(false);
      }
    },
  );

  test('on the camera listener a service name grants nothing, and a missing CN neither', () => {
    for (const userName of ['svc-mqtt-processor', '', 'constructor', '__proto__']) {
      expect(isAllowed(camera(id, userName), 'subscribe', allCameraMessages)).toBe(false);
      expect(isAllowed(camera(id, userName), 'subscribe', commandPrefix(id))).toBe(false);
      expect(isAllowed(service(userName), 'publish', 'x')).toBe(false);
    }
  });
});
