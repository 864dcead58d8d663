/** The three messages of a stream, against bodies written by hand from contract §9.6. */
import { describe, expect, it } from 'vitest';
import { keepaliveCommand, playCommand, stopCommand } from './stream.ts';

const id = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';
const streamId = '7d9f2c1e-3b54-4a6f-9c1d-2e3f4a5b6c7d';
const now = new Date('2026-11-24T12:00:00.123Z');
const bodyOf = ({ payload }: { payload: string }): Record<string, unknown> => {
  const { requestId, ...body } = JSON.parse(payload) as Record<string, unknown>;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return body;
};
const envelope = { creationTimestamp: '2026-11-24T12:00:00.123Z', sourceId: id, sourceType: 'hive-cam' };

describe('stream commands', () => {
  it('play carries the SDP as an ordinary JSON string, CRLF escaped once', () => {
    const command = playCommand(id, { streamId, sdpOffer: 'v=0\r\ns=x' }, now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/stream/play`);
    expect(command.payload).toContain('"sdpOffer":"v=0\\r\\ns=x"');
    expect(bodyOf(command)).toEqual({
      ...envelope,
      streamId,
      sdpOffer: 'v=0\r\ns=x',
      messageType: 'play',
    });
  });

  it('keepalive counts those sent before', () => {
    const command = keepaliveCommand(id, streamId, 0, now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/stream/keepalive`);
    expect(bodyOf(command)).toEqual({
      ...envelope,
      streamId,
      keepaliveCount: 0,
      messageType: 'keepalive',
    });
  });

  it('stop names the stream alone', () => {
    const command = stopCommand(id, streamId, now);
    expect(command.topic).toBe(`prod/honeycomb/${id}/stream/stop`);
    expect(bodyOf(command)).toEqual({ ...envelope, streamId, messageType: 'stop' });
  });
});
