/** The simulated camera's live side without a platform: its RTP and RTCP sent to given ports, for the peers. */
import { LiveView } from '@apiary/camera-simulator';
import { waitFor } from '@apiary/test-support/wait-for';
import { playText } from '../../../services/camera-simulator/src/live/live.helpers.ts';

/** Longer than any measurement: nobody here sends keepalives, and not every peer sends REMB. */
const unlimitedMs = 3_600_000;

export async function streamTo(ports: { video: number; audio: number }): Promise<{ stop(): void }> {
  const camera = new LiveView(
    { rembLimitMs: unlimitedMs, keepaliveLimitMs: unlimitedMs },
    { tell: () => undefined, changed: () => undefined, private: () => false },
  );
  camera.obey('stream/play', { streamId: 'peer', sdpOffer: playText(ports.video, ports.audio) });
  await waitFor(() => camera.stream, `a stream (${camera.refusals.join()})`);
  return { stop: () => camera.end('power') };
}
