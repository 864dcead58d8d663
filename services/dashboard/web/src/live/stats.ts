/** What the connection really does, from the browser's own counters. Pure: two readings in, one sample out. */

export interface LiveSample {
  readonly atMs: number;
  /** How the media travels; null until a pair of candidates is chosen. */
  readonly path: 'direct' | 'relay' | null;
  /** `udp`, `tcp` or `tls` between here and the relay, `udp` or `tcp` otherwise. */
  readonly transport: string | null;
  readonly roundTripMs: number | null;
  readonly videoBytes: number;
  readonly audioBytes: number;
  readonly gotKbps: number | null;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly framesPerSecond: number | null;
  readonly packetsLost: number;
  readonly codec: string | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Time a frame waits here before it is shown, mean since the last reading. */
  readonly bufferMs: number | null;
  readonly bufferTotal: number;
  readonly bufferCount: number;
  /** Packets of a voice that left this browser. */
  readonly voicePackets: number;
}

type Entry = Readonly<Record<string, unknown>>;
const numberIn = (entry: Entry | undefined, name: string): number | null => {
  const value = entry?.[name];
  return typeof value === 'number' ? value : null;
};
const textIn = (entry: Entry | undefined, name: string): string | null => {
  const value = entry?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

export function sampleOf(
  report: ReadonlyMap<string, unknown>,
  atMs: number,
  before: LiveSample | undefined,
): LiveSample {
  const entries = [...report.values()] as Entry[];
  const find = (type: string, kind?: string): Entry | undefined =>
    entries.find((entry) => entry['type'] === type && (kind === undefined || entry['kind'] === kind));
  const linked = (entry: Entry | undefined, name: string): Entry | undefined => {
    const id = textIn(entry, name);
    return id === null ? undefined : (report.get(id) as Entry | undefined);
  };

  const video = find('inbound-rtp', 'video');
  const audio = find('inbound-rtp', 'audio');
  // Firefox has no transport entry; there the nominated pair is the one in use.
  const pair =
    linked(find('transport'), 'selectedCandidatePairId') ??
    entries.find((entry) => entry['type'] === 'candidate-pair' && entry['selected'] === true) ??
    entries.find(
      (entry) =>
        entry['type'] === 'candidate-pair' && entry['nominated'] === true && entry['state'] === 'succeeded',
    );
  const local = linked(pair, 'localCandidateId');
  const remote = linked(pair, 'remoteCandidateId');
  const relayed = [local, remote].some((candidate) => candidate?.['candidateType'] === 'relay');

  const videoBytes = numberIn(video, 'bytesReceived') ?? 0;
  const audioBytes = numberIn(audio, 'bytesReceived') ?? 0;
  const bufferTotal = numberIn(video, 'jitterBufferDelay') ?? 0;
  const bufferCount = numberIn(video, 'jitterBufferEmittedCount') ?? 0;
  const passedMs = before === undefined ? 0 : atMs - before.atMs;
  const newBytes =
    before === undefined ? -1 : videoBytes + audioBytes - before.videoBytes - before.audioBytes;
  const newFrames = before === undefined ? 0 : bufferCount - before.bufferCount;
  const roundTrip = numberIn(pair, 'currentRoundTripTime');

  return {
    atMs,
    path: pair === undefined ? null : relayed ? 'relay' : 'direct',
    transport: textIn(local, 'relayProtocol') ?? textIn(local, 'protocol'),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    videoBytes,
    audioBytes,
    gotKbps: passedMs > 0 && newBytes >= 0 ? Math.round((newBytes * 8) / passedMs) : null,
    framesDecoded: numberIn(video, 'framesDecoded') ?? 0,
    framesDropped: numberIn(video, 'framesDropped') ?? 0,
    framesPerSecond: numberIn(video, 'framesPerSecond'),
    packetsLost: numberIn(video, 'packetsLost') ?? 0,
    codec: textIn(linked(video, 'codecId'), 'mimeType')?.replace('video/', '') ?? null,
    width: numberIn(video, 'frameWidth'),
    height: numberIn(video, 'frameHeight'),
    bufferMs:
      before !== undefined && newFrames > 0
        ? Math.round(((bufferTotal - before.bufferTotal) / newFrames) * 1000)
        : null,
    bufferTotal,
    bufferCount,
    voicePackets: numberIn(find('outbound-rtp', 'audio'), 'packetsSent') ?? 0,
  };
}
