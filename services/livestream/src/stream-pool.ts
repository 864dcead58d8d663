/**
 * All streams: at most one a camera. Finds or starts the stream of a viewer, counts what the media server has room for,
 * and carries what others say (database, media server, broker) to the streams it concerns.
 */
import { errorMessage } from '@apiary/base/errors';
import type { Counters } from '@apiary/base/counters';
import { bandwidthOf, type LiveCapacity, type StreamBandwidth } from '@apiary/contract';
import {
  listenForChanges,
  type ChangeListener,
  type DatabaseAddress,
  type Queryable,
} from '@apiary/database';
import { readLiveCamera, readLiveCameras, type LiveCameraRow } from '@apiary/database/live-queries';
import { CameraStream, type StreamDeps } from './camera-stream.ts';
import { capacityOf, type CapacityLimits } from './capacity.ts';
import { sentences } from './sentences.ts';
import { ViewerError } from './viewer-error.ts';
import { Viewer, type ViewerRequest } from './viewer.ts';

export interface PoolDeps extends Omit<StreamDeps, 'bandwidthKbps'> {
  readonly db: Queryable;
  readonly database: DatabaseAddress;
  readonly counters: Counters;
  readonly limits: CapacityLimits;
  /** Rights of these users changed; undefined: of any. */
  readonly onUsers: (userIds: readonly string[] | undefined) => void;
}

/** A broken connection to the media server is back within this, or it is not. */
const mediaWaitMs = 3000;

export class StreamPool {
  readonly #deps: PoolDeps;
  readonly #streams = new Map<string, CameraStream>();
  #changes: ChangeListener | undefined;
  #stopping = false;

  constructor(deps: PoolDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { media, database, logger } = this.#deps;
    media.onRestart(() => {
      this.#deps.counters.add('media_server_restarts');
      for (const stream of this.#streams.values()) stream.onMediaRestart();
    });
    this.#changes = listenForChanges(database, logger, {
      onChange: ({ entity, keys }) => {
        if (entity === 'camera') void this.#readAgain(keys.filter((key) => this.#streams.has(key)));
        if (entity === 'users') this.#deps.onUsers(keys);
      },
      onGap: () => {
        void this.#readAgain([...this.#streams.keys()]);
        this.#deps.onUsers(undefined);
      },
    });
  }

  async #readAgain(cameraIds: readonly string[]): Promise<void> {
    if (cameraIds.length === 0) return;
    try {
      const rows = new Map<string, LiveCameraRow>();
      for (const row of await readLiveCameras(this.#deps.db, cameraIds)) rows.set(row.cameraId, row);
      for (const id of cameraIds) this.#streams.get(id)?.onCamera(rows.get(id));
    } catch (error) {
      // The listener reconnects with the database, and then everything is read again.
      this.#deps.logger.warn({ fact: 'cameras not read', reason: errorMessage(error) });
    }
  }

  onBroker(): void {
    for (const stream of this.#streams.values()) stream.onBroker();
  }

  /**
   * The viewer, joined to its camera's stream, which is started if need be.
   * @throws ViewerError
   */
  async join(request: ViewerRequest, onViewer: (viewer: Viewer) => void): Promise<Viewer> {
    const { counters, limits } = this.#deps;
    const { logger, addresses } = this.#deps;
    const viewer = new Viewer(request, { logger, addresses: addresses.forViewers() });
    // Known to its socket at once: candidates and a departure may come before the answer.
    onViewer(viewer);
    const { streamId } = request;
    const { stream, created } = await this.#streamOf(request.cameraId);
    if (viewer.left) throw new ViewerError('ended', sentences.left);
    if (!created && streamId !== undefined && streamId !== null && streamId !== '' && !stream.knows(streamId))
      throw new ViewerError('stream_mismatch', sentences.streamMismatch);
    if (stream.viewers.length >= limits.maxViewersPerStream) {
      counters.add('viewers_refused_full');
      throw new ViewerError('too_many_viewers', sentences.tooManyViewers(limits.maxViewersPerStream));
    }
    if (this.capacity().freeViewers < 1) {
      counters.add('viewers_refused_capacity');
      throw new ViewerError('no_capacity', sentences.noCapacity);
    }
    counters.add(created ? 'viewers_started' : 'viewers_joined');
    await stream.attach(viewer);
    return viewer;
  }

  /** Starts a stream without a viewer, who must come within the grace time. @throws ViewerError */
  async startStream(
    cameraId: string,
    bandwidthKbps?: StreamBandwidth,
  ): Promise<{ stream: CameraStream; created: boolean }> {
    return this.#streamOf(cameraId, bandwidthKbps);
  }

  async #streamOf(
    cameraId: string,
    bandwidthKbps?: StreamBandwidth,
  ): Promise<{ stream: CameraStream; created: boolean }> {
    const { media, counters } = this.#deps;
    const mediaReady = await media.ready(mediaWaitMs);
    const camera = await readLiveCamera(this.#deps.db, cameraId);
    if (camera === undefined) throw new ViewerError('unknown_camera', sentences.unknownCamera);
    for (;;) {
      const running = this.#streams.get(cameraId);
      if (running === undefined) break;
      if (!running.ending) return { stream: running, created: false };
      // Stop before play: the other way round the camera would stop the new stream.
      running.hurry();
      await running.done;
    }
    if (this.#stopping) throw new ViewerError('ended', sentences.stopping);
    if (camera.connectionStatus !== 'connected')
      throw new ViewerError('camera_disconnected', sentences.cameraDisconnected);
    if (!mediaReady) throw new ViewerError('media_unavailable', sentences.mediaUnavailable);
    if (this.capacity().freeStreams < 1) {
      counters.add('viewers_refused_capacity');
      throw new ViewerError('no_capacity', sentences.noCapacity);
    }
    const stream = new CameraStream(camera, { ...this.#deps, bandwidthKbps: bandwidthOf(bandwidthKbps) });
    this.#streams.set(cameraId, stream);
    counters.add('streams_started');
    stream.start();
    void stream.done.then(() => {
      if (this.#streams.get(cameraId) === stream) this.#streams.delete(cameraId);
    });
    return { stream, created: true };
  }

  /** undefined: no stream runs. */
  async stopStream(cameraId: string): Promise<CameraStream | undefined> {
    const stream = this.#streams.get(cameraId);
    await stream?.stop();
    return stream;
  }

  get(cameraId: string): CameraStream | undefined {
    return this.#streams.get(cameraId);
  }

  list(): CameraStream[] {
    return [...this.#streams.values()];
  }

  capacity(): LiveCapacity {
    const streams = this.list();
    const viewers = streams.reduce((count, stream) => count + stream.viewers.length, 0);
    return capacityOf(this.#deps.limits, streams.length, viewers);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#changes?.stop();
    await Promise.all(
      this.list().map((stream) => {
        stream.hurry();
        return stream.stop(sentences.stopping);
      }),
    );
  }
}
