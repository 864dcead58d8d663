import { describe, expect, it } from 'vitest';
import { sampleOf } from './stats.ts';

const report = (entries: Record<string, object>): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(entries));
const video = {
  type: 'inbound-rtp',
  kind: 'video',
  codecId: 'codec',
  bytesReceived: 100_000,
  framesDecoded: 50,
  framesDropped: 1,
};
const codec = { type: 'codec', mimeType: 'video/H264' };
const host = { type: 'local-candidate', candidateType: 'host', protocol: 'udp' };
const relayed = { type: 'local-candidate', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' };
const server = { type: 'remote-candidate', candidateType: 'host', protocol: 'udp' };

describe('the way media takes', () => {
  it('is the pair the transport names (Chromium, Safari)', () => {
    const sample = sampleOf(
      report({
        t: { type: 'transport', selectedCandidatePairId: 'b' },
        a: { type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'host' },
        b: {
          type: 'candidate-pair',
          localCandidateId: 'relay',
          remoteCandidateId: 'server',
          currentRoundTripTime: 0.0124,
        },
        host,
        relay: relayed,
        server,
        v: video,
        codec,
      }),
      1000,
      undefined,
    );
    expect(sample).toMatchObject({ path: 'relay', transport: 'tls', roundTripMs: 12, codec: 'H264' });
  });

  it('is the selected, else the nominated pair where there is no transport (Firefox)', () => {
    const pairs = {
      a: { type: 'candidate-pair', nominated: true, state: 'failed', localCandidateId: 'relay' },
      b: { type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'host' },
      host,
      relay: relayed,
    };
    expect(sampleOf(report(pairs), 1000, undefined)).toMatchObject({ path: 'direct', transport: 'udp' });
    const selected = { ...pairs, a: { ...pairs.a, state: 'succeeded', selected: true } };
    expect(sampleOf(report(selected), 1000, undefined)).toMatchObject({ path: 'relay', transport: 'tls' });
  });

  it('is not known before there is a pair', () => {
    expect(sampleOf(report({}), 1000, undefined)).toMatchObject({
      path: null,
      transport: null,
      gotKbps: null,
    });
  });
});

it('says what came since the reading before', () => {
  const before = sampleOf(report({ v: video }), 1000, undefined);
  const later = { ...video, bytesReceived: 350_000, jitterBufferDelay: 1.5, jitterBufferEmittedCount: 25 };
  expect(sampleOf(report({ v: later }), 2000, before)).toMatchObject({ gotKbps: 2000, bufferMs: 60 });
});
