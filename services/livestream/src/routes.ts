/**
 * Stream control over HTTP (contract §10.1) below `/api/live/`. One gate before all of it: origin of what changes
 * something, login, the right to live view; every camera is asked for by itself.
 */
import express, { type Express, type Request, type Response } from 'express';
import { AppError, badRequest, conflict, forbidden, notFound, unauthorized } from '@apiary/base/errors';
import { can } from '@apiary/access/can';
import { liveTicketSeconds, makeLiveTicket } from '@apiary/access/live-ticket';
import { bearerOf } from '@apiary/access/api-tokens';
import type { Caller } from '@apiary/access/caller';
import type { Callers } from '@apiary/access/callers';
import { assertSameOrigin } from '@apiary/access/same-origin';
import { normaliseCameraId, streamBandwidth, type StreamBandwidth } from '@apiary/contract';
import type { Queryable } from '@apiary/database';
import { readLiveCamera } from '@apiary/database/live-queries';
import type { CameraStream } from './camera-stream.ts';
import type { StreamPool } from './stream-pool.ts';
import { endpointIds, keepaliveStats, sessionIdOf, streamHead, viewerRecord } from './stream-records.ts';
import { ViewerError } from './viewer-error.ts';

export interface RouteDeps {
  readonly pool: StreamPool;
  readonly callers: Callers;
  readonly db: Queryable;
  readonly ticketSecret: string;
  readonly mediaConnected: () => boolean;
}

const prefix = '/api/live';

export function mountRoutes(app: Express, deps: RouteDeps): void {
  const { pool } = deps;
  app.use(prefix, async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    const authorization = request.get('authorization');
    // A token is sent by no browser on its own.
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && bearerOf(authorization) === undefined) assertSameOrigin(request);
    const caller = await deps.callers.peek({ authorization, cookie: request.get('cookie') });
    if (caller === undefined) throw unauthorized();
    if (!can(caller.user, 'live')) throw forbidden();
    response.locals.caller = caller;
    next();
  });
  app.use(prefix, express.json({ limit: 16 * 1024 }));

  const seen = (response: Response): CameraStream[] =>
    pool.list().filter((stream) => can(callerOf(response).user, 'live', stream.cameraId));

  app.get(`${prefix}/health`, (_request, response) => {
    const streams = seen(response);
    response.json({
      status: deps.mediaConnected() ? 'healthy' : 'degraded',
      timestamp: new Date().toISOString(),
      kurento_connected: deps.mediaConnected(),
      active_streams: streams.length,
      total_viewers: streams.reduce((count, stream) => count + stream.viewers.length, 0),
      capacity: pool.capacity(),
    });
  });

  app.get(`${prefix}/streams`, (_request, response) => {
    const streams = seen(response).map((stream) => ({
      ...streamHead(stream),
      viewer_count: stream.viewers.length,
      webrtc_endpoint_id: stream.viewers[0]?.endpointId ?? null,
    }));
    response.json({ streams, count: streams.length });
  });

  app.get(`${prefix}/streams/:id`, async (request, response) => {
    const stream = pool.get(await cameraOf(deps, request, response));
    if (stream === undefined) throw notFound('A stream of this camera');
    response.json({
      stream: {
        ...streamHead(stream),
        stopped_at: stream.stoppedAt?.toISOString() ?? null,
        error_message: stream.error ?? null,
        ...(await endpointIds(stream)),
        keepalive_stats: keepaliveStats(stream),
        video: stream.source?.stats ?? null,
      },
      viewers: stream.viewers.map(viewerRecord),
      viewer_count: stream.viewers.length,
    });
  });

  app.post(`${prefix}/streams/:id/start`, async (request, response) => {
    const cameraId = await cameraOf(deps, request, response);
    const { stream, created } = await asHttp(pool.startStream(cameraId, bandwidthIn(request.body)));
    if (!created) throw conflict('already_active', `The stream ${sessionIdOf(stream)} is active.`);
    response.status(201).json({ ...streamHead(stream), ...(await endpointIds(stream)) });
  });

  app.post(`${prefix}/streams/:id/stop`, async (request, response) => {
    const cameraId = await cameraOf(deps, request, response);
    // It ends the picture of everybody who watches.
    if (!can(callerOf(response).user, 'cameras.control', cameraId)) throw forbidden();
    const stream = await pool.stopStream(cameraId);
    if (stream === undefined) throw notFound('A stream of this camera');
    response.json({
      ...streamHead(stream),
      stopped_at: stream.stoppedAt?.toISOString() ?? null,
      keepalive_stats: keepaliveStats(stream),
    });
  });

  const listViewers = (streams: readonly CameraStream[]) => {
    const viewers = streams.flatMap((stream) => stream.viewers.map(viewerRecord));
    return { viewers, count: viewers.length };
  };
  app.get(`${prefix}/viewers`, (_request, response) => {
    response.json(listViewers(seen(response)));
  });
  app.get(`${prefix}/viewers/:id`, async (request, response) => {
    const cameraId = await cameraOf(deps, request, response);
    const stream = pool.get(cameraId);
    response.json({ ...listViewers(stream === undefined ? [] : [stream]), camera_id: cameraId });
  });

  /** For clients that cannot send the cookie with a WebSocket. */
  app.post(`${prefix}/tickets`, async (request, response) => {
    const { cameraId: text } = (request.body ?? {}) as { cameraId?: unknown };
    const cameraId = await knownCamera(deps, typeof text === 'string' ? text : '', response);
    const { via, id } = callerOf(response);
    if (via === 'share') throw forbidden();
    response.status(201).json({
      ticket: makeLiveTicket(deps.ticketSecret, { cameraId, via, id }, Date.now()),
      expiresInSeconds: liveTicketSeconds,
    });
  });
}

const callerOf = (response: Response): Caller => response.locals.caller as Caller;

const cameraOf = (deps: RouteDeps, request: Request, response: Response): Promise<string> =>
  knownCamera(deps, String(request.params['id']), response);

async function knownCamera(deps: RouteDeps, text: string, response: Response): Promise<string> {
  const cameraId = normaliseCameraId(text);
  if (cameraId === undefined) throw badRequest('invalid_request', 'cameraId: must be a camera id');
  // A camera one may not see does not exist.
  if (!can(callerOf(response).user, 'live', cameraId)) throw notFound('The camera');
  if ((await readLiveCamera(deps.db, cameraId)) === undefined) throw notFound('The camera');
  return cameraId;
}

/** `{max_bandwidth, min_bandwidth}`, kbit/s, both optional, as is the body. */
function bandwidthIn(body: unknown): StreamBandwidth {
  const { min_bandwidth: min, max_bandwidth: max } = (body ?? {}) as Record<string, unknown>;
  const given = streamBandwidth.safeParse({ min, max });
  if (given.success) return given.data;
  const faults = given.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}_bandwidth: ${message}`,
  );
  throw badRequest('invalid_request', faults.join('; '));
}

const httpStatus: Partial<Record<ViewerError['code'], number>> = {
  unknown_camera: 404,
  camera_disconnected: 409,
};

async function asHttp<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ViewerError)
      throw new AppError(httpStatus[error.code] ?? 503, error.code, error.message, { cause: error });
    throw error;
  }
}
