/**
 * A live view of one camera for as long as someone wants it: tries, waits, tries again. Framework-free; screens read
 * `state` and are told when it changes. Every state it can be in has a sentence (messages.ts, `live`).
 */
import { startAttempt, type Attempt, type AttemptEnd, type LivePlatform } from './attempt.ts';
import { createBackoff, type Backoff } from './backoff.ts';
import type { Received, SignalingErrorCode, ViewState } from './protocol.ts';
import { sampleOf, type LiveSample } from './stats.ts';
import { newTrace, type StartTrace } from './trace.ts';

export type LivePhase =
  | 'idle'
  /** Reaching the server. */
  | 'connecting'
  /** The server has the request; camera and media are being set up. */
  | 'starting'
  | 'playing'
  /** Lost; the next try comes by itself. */
  | 'waiting'
  /** This device has no network; goes on when it has. */
  | 'offline'
  /** Nobody said that they still watch: nothing runs until someone does. */
  | 'limit'
  /** The server said no; only a person tries again. */
  | 'refused';

export interface LiveState {
  readonly phase: LivePhase;
  /** The server's last sentence, where it has one, and what it is about. */
  readonly message: string | null;
  readonly status: ViewState | null;
  /** The server asks whether someone still watches; the picture ends at `until` (ms of the clock) without an answer. */
  readonly question: { readonly message: string | null; readonly until: number } | null;
  /** Why the last try ended; null after a picture. */
  readonly lost: AttemptEnd['cause'] | null;
  /** Kept while trying again: its last frame stays on the screen. */
  readonly stream: MediaStream | null;
  /** A picture was on the screen at least once. */
  readonly seen: boolean;
  readonly unsteady: boolean;
  /** Connected, yet no new frame for a while. */
  readonly stalled: boolean;
  readonly trace: StartTrace;
  readonly sample: LiveSample | undefined;
  /** What the camera is asked to send at most, kbit/s; null until the server says. */
  readonly askedKbps: number | null;
}

export interface LiveSession {
  readonly state: () => LiveState;
  readonly subscribe: (listener: () => void) => () => void;
  /** `clickedAt`: ms of the clock, where the trace begins. */
  start(clickedAt?: number): void;
  stop(): void;
  /** Tries at once: a person asked to. */
  readonly again: () => void;
  /** The answer to `question`, or to what came of none. */
  readonly keepWatching: () => void;
  /** This viewer's sound goes to the camera from now on, or no longer. */
  readonly setTalking: (active: boolean) => void;
  /** A frame of the current stream is on the screen. */
  pictureShown(): void;
  /** The machine slept or the network changed: is the picture still moving? If not, try at once. */
  check(): void;
  setOnline(online: boolean): void;
  /** No frames are expected while the page is hidden. */
  setHidden(hidden: boolean): void;
  readonly audioSender: () => RTCRtpSender | undefined;
  /** A reading of now, beside the regular ones. */
  readonly measure: () => Promise<LiveSample | undefined>;
}

export interface SessionOptions {
  readonly platform: LivePlatform;
  readonly cameraId: string;
  readonly backoff?: Backoff;
  readonly online?: boolean;
}

/** Said no this often without a picture between: the next try is a person's. */
const maxRefusals = 3;
/** Refusals that another try a moment later cannot change. */
const finalCodes: readonly SignalingErrorCode[] = [
  'forbidden',
  'unknown_camera',
  'camera_disconnected',
  'too_many_viewers',
  'no_capacity',
  'offer_refused',
  'stream_mismatch',
  'invalid_message',
];
/** The server is coming back from something: tried for as long as someone watches. */
const passingCodes: readonly SignalingErrorCode[] = ['media_unavailable', 'broker_unavailable', 'too_fast'];
const sampleEveryMs = 1000;
const stalledMs = 5000;
const stalledLostMs = 15_000;
const checkMs = 1500;
const hangUpMs = 3000;
/** A remark of the server about a picture that moves stands this long. */
const remarkMs = 10_000;
/** Playing this long, the next loss is a new one. */
const steadyMs = 10_000;

export function createLiveSession({
  platform,
  cameraId,
  backoff = createBackoff(),
  online: onlineAtFirst = true,
}: SessionOptions): LiveSession {
  const { clock } = platform;
  const listeners = new Set<() => void>();
  let attempt: Attempt | undefined;
  let cancelRetry: (() => void) | undefined;
  let cancelSampling: (() => void) | undefined;
  let cancelRemark: (() => void) | undefined;
  let online = onlineAtFirst;
  let hidden = false;
  let refusals = 0;
  let playingSince = 0;
  let movedAt = 0;
  let state: LiveState = {
    phase: 'idle',
    message: null,
    status: null,
    question: null,
    lost: null,
    stream: null,
    seen: false,
    unsteady: false,
    stalled: false,
    trace: newTrace(clock.now()),
    sample: undefined,
    askedKbps: null,
  };

  function change(next: Partial<LiveState>): void {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  }
  const traced = (step: Partial<StartTrace>): { trace: StartTrace } => ({
    trace: { ...state.trace, ...step },
  });

  function leave(): void {
    cancelRetry?.();
    cancelSampling?.();
    cancelRemark?.();
    attempt?.stop();
    attempt = undefined;
  }

  function tryNow(clickedAt = clock.now()): void {
    leave();
    if (!online) {
      change({ phase: 'offline', message: null });
      return;
    }
    change({
      phase: 'connecting',
      message: null,
      status: null,
      question: null,
      unsteady: false,
      stalled: false,
      sample: undefined,
      askedKbps: null,
      trace: newTrace(clickedAt),
    });
    attempt = startAttempt(platform, cameraId, {
      onRequested: () => change({ phase: 'starting', ...traced({ requestedAt: clock.now() }) }),
      onAnswered: () => change(traced({ answeredAt: clock.now() })),
      onStatus,
      onBitrate: (askedKbps) => change({ askedKbps }),
      onQuestion: ({ message, seconds }) =>
        change({ question: { message, until: clock.now() + seconds * 1000 } }),
      onStream: (stream) => change({ stream }),
      onUnsteady: (unsteady) => change({ unsteady }),
      onEnd,
    });
  }

  function onStatus({ state: status, message, trace }: Extract<Received, { type: 'status' }>): void {
    const news = { message, status, ...traced({ server: { ...state.trace.server, ...trace } }) };
    cancelRemark?.();
    movedAt = clock.now();
    if (status === 'ended') {
      // Stopping lets the camera rest. The last frame stays.
      if (state.question !== null) {
        leave();
        change({ ...news, phase: 'limit', question: null });
        return;
      }
      change({ ...news, phase: 'refused' });
      // A server that shuts down says the same and hangs up a moment later: that is a loss, and tried again.
      cancelRetry?.();
      cancelRetry = clock.after(hangUpMs, leave);
    } else if (status === 'renegotiate') {
      leave();
      change({ ...news, phase: 'waiting', lost: 'media' });
      tryLater();
    } else {
      change(news);
      if (status === 'warning')
        cancelRemark = clock.after(remarkMs, () => change({ message: null, status: 'active' }));
    }
  }

  function onEnd(end: AttemptEnd): void {
    attempt = undefined;
    cancelSampling?.();
    cancelRemark?.();
    const message = end.cause === 'refused' ? end.message : null;
    if (state.phase === 'playing' && clock.now() - playingSince >= steadyMs) backoff.reset();
    const news = { message, lost: end.cause, question: null, unsteady: false, stalled: false };
    if (end.cause === 'refused') {
      const passing = end.code !== null && passingCodes.includes(end.code);
      if (!passing) refusals += 1;
      if (end.code === 'ended' && state.question !== null) {
        change({ ...news, phase: 'limit' });
        return;
      }
      if (refusals >= maxRefusals || (end.code !== null && finalCodes.includes(end.code))) {
        change({ ...news, phase: 'refused' });
        return;
      }
    }
    if (!online) {
      change({ ...news, phase: 'offline', message: null });
      return;
    }
    change({ ...news, phase: 'waiting' });
    tryLater();
  }

  function tryLater(): void {
    cancelRetry?.();
    cancelRetry = clock.after(backoff.nextMs(), () => tryNow());
  }
  function again(): void {
    refusals = 0;
    backoff.reset();
    tryNow();
  }

  async function measure(): Promise<LiveSample | undefined> {
    const current = attempt;
    if (current === undefined) return undefined;
    const report = await current.peer.stats();
    if (attempt !== current) return undefined;
    return sampleOf(report, clock.now(), state.sample);
  }

  function sampleLater(): void {
    cancelSampling?.();
    cancelSampling = clock.after(sampleEveryMs, () => {
      measure().then(
        (sample) => {
          if (sample === undefined) return;
          look(sample);
          if (attempt !== undefined) sampleLater();
        },
        () => attempt?.lose(),
      );
    });
  }

  /** Takes note of a reading; a picture that stands still is said, then given up. */
  function look(sample: LiveSample): void {
    const moved = hidden || state.sample === undefined || sample.framesDecoded !== state.sample.framesDecoded;
    if (moved) movedAt = clock.now();
    const stillMs = clock.now() - movedAt;
    change({ sample, stalled: stillMs >= stalledMs });
    // While the server waits for the camera, or starts it once more, a new try would only be in its way.
    if (state.status === 'waiting' || state.status === 'retrying') return;
    if (stillMs >= stalledLostMs) attempt?.lose();
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(clickedAt) {
      if (state.phase !== 'idle') return;
      refusals = 0;
      backoff.reset();
      tryNow(clickedAt);
    },
    stop() {
      leave();
      change({ phase: 'idle', message: null, status: null, question: null, unsteady: false, stalled: false });
    },
    again,
    keepWatching() {
      if (state.question === null || attempt === undefined) {
        again();
        return;
      }
      attempt.send({ type: 'keepWatching' });
      change({ question: null });
    },
    setTalking(active) {
      attempt?.send({ type: 'talk', active });
    },
    pictureShown() {
      if (attempt === undefined || state.phase === 'playing' || state.phase === 'refused') return;
      attempt.pictureShown();
      refusals = 0;
      playingSince = movedAt = clock.now();
      change({
        phase: 'playing',
        message: state.status === 'warning' ? state.message : null,
        lost: null,
        seen: true,
        ...traced({ firstFrameAt: clock.now() }),
      });
      sampleLater();
    },
    check() {
      if (state.phase === 'waiting') {
        backoff.reset();
        tryNow();
        return;
      }
      const current = attempt;
      if (current === undefined || state.phase !== 'playing') return;
      const tryIfStill = async (): Promise<void> => {
        const before = await measure();
        clock.after(checkMs, () => {
          void measure()
            .catch(() => undefined)
            .then((after) => {
              if (attempt !== current) return;
              if (after === undefined || after.videoBytes === before?.videoBytes) tryNow();
            });
        });
      };
      tryIfStill().catch(() => current.lose());
    },
    setOnline(now) {
      const back = now && !online;
      online = now;
      if (back && state.phase === 'offline') tryNow();
    },
    setHidden(now) {
      hidden = now;
      movedAt = clock.now();
    },
    audioSender: () => attempt?.peer.audioSender(),
    measure,
  };
}
