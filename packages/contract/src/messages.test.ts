/** What cameras publish, well-formed and not (contract §6.3). The decoder is total: it answers, whatever comes. */
import { describe, expect, it } from 'vitest';
import { decodeCameraMessage, type CameraMessage } from './messages.ts';
import type { CameraTopicKind } from './topics.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const decode = (kind: CameraTopicKind, payload: string | Uint8Array) =>
  decodeCameraMessage({ cameraId, kind }, typeof payload === 'string' ? Buffer.from(payload) : payload);
/** Without `raw`, which repeats the payload. */
function read(kind: CameraTopicKind, payload: unknown): Record<string, unknown> {
  const decoded = decode(kind, typeof payload === 'string' ? payload : JSON.stringify(payload));
  if (!decoded.ok) throw new Error(decoded.reason);
  const { raw: _raw, ...rest } = decoded.message as CameraMessage & Record<string, unknown>;
  return rest;
}

describe('connection', () => {
  it('of the seed', () => {
    expect(
      read('connection', {
        status: 'connected',
        timestamp: 1735689600,
        device: { softwareVersion: 'V0_0_00_117RC_svn1356', hardwareVersion: 'S2E', serialNumber: 'x' },
        ipAddress: '192.168.50.21',
        clientId: cameraId,
      }),
    ).toEqual({
      type: 'connection',
      connected: true,
      reportedAt: new Date('2025-01-01T00:00:00.000Z'),
      firmwareVersion: 'V0_0_00_117RC_svn1356',
      hardwareVersion: 'S2E',
      ipAddress: '192.168.50.21',
      clientId: cameraId,
    });
  });

  it.each([
    'DISCONNECT',
    ' disconnect\n',
    '{"eventType":"DISCONNECT"}',
    '{"status":"disconnected"}',
    '{"status":null}',
    '{}',
  ])('will %j means away', (payload) => {
    expect(read('connection', payload)).toMatchObject({ type: 'connection', connected: false });
  });

  it('tolerates null and wrong types field by field', () => {
    expect(
      read('connection', {
        status: 'CONNECTED',
        timestamp: {},
        device: null,
        ipAddress: ['x'],
        clientId: '',
      }),
    ).toEqual({
      type: 'connection',
      connected: true,
      reportedAt: undefined,
      firmwareVersion: undefined,
      hardwareVersion: undefined,
      ipAddress: undefined,
      clientId: undefined,
    });
  });

  it('takes the bare word only on its own topic', () => {
    expect(decode('status', 'DISCONNECT')).toEqual({ ok: false, reason: 'payload is not JSON' });
  });
});

describe('heartbeat and state', () => {
  it('of the reference', () => {
    expect(
      read('status', {
        status: 'online',
        creationTimestamp: '2025-01-01T00:00:00.123456Z',
        battery: { level: '87', voltage: 4.1, temperature: 31 },
        radio: { signalStrength: -61 },
        ethernet: { ipAddress: '192.168.50.21' },
        uptime: 86400,
      }),
    ).toMatchObject({
      type: 'status',
      status: 'online',
      online: true,
      reportedAt: new Date('2025-01-01T00:00:00.123Z'),
      batteryLevel: 87,
      temperature: 31,
      uptimeSeconds: 86400,
      signalStrength: -61,
      ipAddress: '192.168.50.21',
      mode: undefined,
    });
  });

  it.each([
    ['{}', true],
    ['{"status":"active"}', true],
    ['{"status":"ONLINE"}', true],
    ['{"status":"sleeping"}', false],
    ['{"status":null,"battery":null,"radio":null,"ethernet":null}', true],
  ])('%s: online %s', (payload, online) => {
    expect(read('status', payload)).toMatchObject({ online, batteryLevel: undefined, ipAddress: undefined });
  });

  it('prefers the camera’s `timestamp`, but a broken one does not hide the other', () => {
    expect(read('status', { timestamp: 'junk', creationTimestamp: 1735689600 })).toMatchObject({
      reportedAt: new Date('2025-01-01T00:00:00.000Z'),
    });
  });

  it('state carries the mode in lower case, a request id and settings', () => {
    expect(
      read('state', { mode: 'ARMED', requestId: 'r-1', settings: { nightVision: 'ON' }, volume: 'LOW' }),
    ).toMatchObject({
      type: 'state',
      mode: 'armed',
      requestId: 'r-1',
      settings: { nightVision: 'ON', volume: 'LOW' },
    });
  });

  it('refuses numbers no column can hold', () => {
    expect(read('status', '{"uptime":1e300,"temperature":1e999,"batteryLevel":"high"}')).toMatchObject({
      uptimeSeconds: undefined,
      temperature: undefined,
      batteryLevel: undefined,
    });
  });
});

describe('activity', () => {
  it('start of the reference', () => {
    expect(
      read('activity-start', {
        eventId: 'b5a4f0c2-0000-4000-8000-000000000001',
        activityType: 'MOTION_SMART',
        timestamp: 1735689600,
        confidence: 0.93,
        region: { x: 1 },
      }),
    ).toEqual({
      type: 'activity-start',
      eventId: 'b5a4f0c2-0000-4000-8000-000000000001',
      activityType: 'MOTION_SMART',
      activityTypeGiven: true,
      reportedAt: new Date('2025-01-01T00:00:00.000Z'),
      confidence: 0.93,
      region: { x: 1 },
    });
  });

  it('with nothing in it', () => {
    expect(read('activity-start', '{}')).toEqual({
      type: 'activity-start',
      eventId: undefined,
      activityType: 'MOTION',
      activityTypeGiven: false,
      reportedAt: undefined,
      confidence: undefined,
      region: undefined,
    });
  });

  it.each([
    ['activity-other', 'start', 'activity-start'],
    ['activity-other', 'Stop', 'activity-stop'],
    ['activity-other', 'end', 'activity-stop'],
    ['activity-other', 'update', 'activity-other'],
    // The topic wins where it says what it is.
    ['activity-start', 'stop', 'activity-start'],
    ['activity-stop', 'start', 'activity-stop'],
  ] as const)('on topic %s with eventType %s is %s', (kind, eventType, type) => {
    expect(read(kind, { eventId: 'e', eventType })).toMatchObject({ type });
  });

  it('keeps any event id of up to 128 characters, refuses longer ones', () => {
    expect(read('activity-start', { eventId: `../${'#'.repeat(125)}` })).toMatchObject({
      eventId: `../${'#'.repeat(125)}`,
    });
    expect(decode('activity-start', JSON.stringify({ eventId: 'x'.repeat(129) }))).toEqual({
      ok: false,
      reason: 'eventId is longer than 128 characters',
    });
  });

  it.each([1.01, -0.1, null, 'high', {}])('drops the confidence %j', (confidence) => {
    expect(read('activity-start', { eventId: 'e', confidence })).toMatchObject({ confidence: undefined });
  });
});

describe('payloads that are none', () => {
  it.each([
    ['', 'payload is not JSON'],
    ['{', 'payload is not JSON'],
    ['null', 'payload is not a JSON object'],
    ['[]', 'payload is not a JSON object'],
    ['"text"', 'payload is not a JSON object'],
    ['42', 'payload is not a JSON object'],
  ])('%j: %s', (payload, reason) => {
    for (const kind of ['connection', 'status', 'state', 'activity-start', 'unknown'] as const)
      expect(decode(kind, payload)).toEqual({ ok: false, reason });
  });

  it('survives bytes that are not UTF-8', () => {
    expect(decode('status', Uint8Array.of(0xff, 0xfe, 0x00))).toMatchObject({ ok: false });
  });

  it('survives nesting that would overflow the stack', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(decode('state', deep)).toEqual({
      ok: false,
      reason: 'payload is nested more than 64 levels deep',
    });
  });

  it('takes out what PostgreSQL cannot store: NUL and lone surrogates, in keys too', () => {
    const decoded = decode('unknown', '{"a\\u0000b":["x\\u0000y",{"k":"\\ud800z"}],"__proto__":{"p":1}}');
    expect(decoded).toMatchObject({ ok: true });
    if (!decoded.ok) return;
    expect(JSON.stringify(decoded.message.raw)).toBe('{"ab":["xy",{"k":"\ufffdz"}],"__proto__":{"p":1}}');
    expect(Object.getPrototypeOf(decoded.message.raw)).toBe(Object.prototype);
  });
});
