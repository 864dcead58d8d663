/** Streams and viewers as stream control shows them: names and shapes of contract §10.1. */
import type { CameraStream } from './camera-stream.ts';
import type { KeepaliveStats } from './keepalive.ts';
import type { Viewer } from './viewer.ts';

/** As the first platform named it (contract §10.1). */
export const sessionIdOf = (stream: CameraStream): string =>
  `stream-${stream.cameraId.slice(0, 8)}-${stream.streamId.slice(0, 8)}`;

export const streamHead = (stream: CameraStream) => ({
  camera_id: stream.cameraId,
  session_id: sessionIdOf(stream),
  stream_id: stream.streamId,
  state: stream.state,
  started_at: stream.startedAt.toISOString(),
  duration_seconds: ((stream.stoppedAt ?? new Date()).getTime() - stream.startedAt.getTime()) / 1000,
});

export const endpointIds = async (stream: CameraStream) => ({
  pipeline_id: (await stream.pipelineId) ?? null,
  rtp_endpoint_id: stream.source?.endpoint?.id ?? null,
});

export function keepaliveStats(stream: CameraStream): object | null {
  const stats: KeepaliveStats | undefined = stream.source?.keepaliveStats;
  if (stats === undefined) return null;
  return {
    running: stats.running,
    camera_id: stream.cameraId,
    stream_id: stream.streamId,
    interval: stats.intervalSeconds,
    keepalive_count: stats.sent,
    error_count: stats.failures,
    last_success: stats.lastSuccess?.toISOString() ?? null,
    last_error: stats.lastError ?? null,
    elapsed_seconds: stats.elapsedSeconds,
  };
}

export const viewerRecord = (viewer: Viewer) => ({
  viewer_id: viewer.id,
  camera_id: viewer.request.cameraId,
  username: viewer.request.username,
  created_at: viewer.createdAt.toISOString(),
  webrtc_endpoint_id: viewer.endpointId ?? null,
  connected: viewer.connected,
  trace: viewer.trace,
});
