/** The built page with a server that stands in for dashboard and livestream: cameras are given, signalling is real. */
import { listen } from '@apiary/base/http';
import { tempDir } from '@apiary/test-support';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocketServer } from 'ws';
import type { Bootstrap, Camera, CameraEvent } from '../types.ts';
import { serverEnd, type ServerEnd } from './live.helpers.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'";
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const time = '2026-03-01T12:00:00.000Z';

export const testCamera = (id: string, name: string, change: Partial<Camera> = {}): Camera => ({
  id,
  name,
  mode: 'armed',
  requestedMode: 'armed',
  connectionStatus: 'connected',
  connectionChangedAt: time,
  lastSeenAt: time,
  firmwareVersion: 'V0_0_00_117RC',
  hardwareVersion: null,
  ipAddress: '192.0.2.7',
  location: null,
  batteryLevel: null,
  signalStrength: -52,
  temperature: null,
  uptimeSeconds: null,
  createdAt: time,
  revision: 1,
  ...change,
});

const eventOf = (camera: Camera): CameraEvent => ({
  id: `event of ${camera.id}`,
  cameraId: camera.id,
  cameraName: camera.name,
  activityType: 'MOTION',
  kind: 'motion',
  startedAt: time,
  startSource: 'camera',
  reportedStartAt: time,
  endedAt: time,
  ended: true,
  durationSeconds: 9,
  confidence: null,
  uploadStatus: 'completed',
  thumbnailUrl: '/api/media/thumbnail/1',
  playlistUrl: null,
  downloadUrl: null,
  recordingCount: 0,
  recordingSeconds: null,
  recordingBytes: null,
  receivedAt: time,
  keptAt: null,
  keptBy: null,
  recordingsRemovedAt: null,
  revision: 1,
});

export interface PageServer {
  readonly url: string;
  /** Sockets that asked for a picture, in that order; each was greeted. */
  readonly viewers: ServerEnd[];
  stop(): Promise<void>;
}

export interface PageServerOptions {
  readonly cameras: readonly Camera[];
  readonly thumbnail: Buffer;
  readonly onViewer: (viewer: ServerEnd) => void;
}

export async function startPageServer({
  cameras,
  thumbnail,
  onViewer,
}: PageServerOptions): Promise<PageServer> {
  const folder = await tempDir();
  const root = join(folder.path, 'dist');
  const web = fileURLToPath(new URL('../..', import.meta.url));
  // In a process of its own: here NODE_ENV says test, which would build React's development form.
  const vite = fileURLToPath(new URL('../../bin/vite.js', import.meta.resolve('vite')));
  await promisify(execFile)(
    'env',
    ['NODE_ENV=production', process.execPath, vite, 'build', '--outDir', root, '--logLevel', 'error'],
    { cwd: web, timeout: 120_000 },
  );

  const bootstrap: Bootstrap = {
    user: {
      id: 'u',
      username: 'admin',
      role: 'admin',
      cameras: 'all',
      may: ['cameras.read', 'live'],
      passwordChange: 'none',
    },
    cameras: [...cameras],
    events: cameras.map(eventOf),
    nextCursor: null,
    unclaimed: [],
    revision: 1,
    server: { version: 'test', time, downloads: true, liveView: true },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', policy);
    const json = (value: unknown): void => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    };
    if (pathname === '/api/bootstrap') json(bootstrap);
    else if (pathname === '/api/events') json({ events: bootstrap.events, nextCursor: null });
    else if (pathname === '/api/stream')
      response.setHeader('content-type', 'text/event-stream').write(': hello\n\n');
    else if (pathname.startsWith('/api/media/'))
      response.setHeader('content-type', 'image/jpeg').end(thumbnail);
    else {
      const file = normalize(pathname === '/' ? '/index.html' : pathname);
      readFile(join(root, file)).then(
        (content) =>
          response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream').end(content),
        () => response.writeHead(404).end(),
      );
    }
  });
  const viewers: ServerEnd[] = [];
  const sockets = new WebSocketServer({ server, path: '/api/live/signaling' });
  sockets.on('connection', (socket) => {
    const viewer = serverEnd(socket);
    viewer.send({ type: 'hello', version: 1, iceServers: [], capacity: {} });
    // A page may be greeted before a press that never comes: a viewer is who asks.
    socket.once('message', () => {
      viewers.push(viewer);
      onViewer(viewer);
    });
  });
  const port = await listen(server, 0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}/`,
    viewers,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
