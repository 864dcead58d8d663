/**
 * Keeps the page in step with the server: bootstrap, then the event stream; again from the start when the stream says
 * so, cannot be had, or the page slept. Knows no screen.
 */
import { ApiFailure, api, failureText } from '../api.ts';
import { tellResourceChange } from '../data/changes.ts';
import type { StreamEvent } from '../types.ts';
import { dispatch, getState } from './store.ts';

const retryFirstMs = 1000;
const retryMostMs = 5000;
/** A hidden page's timers and sockets may have been asleep; after this long away it starts anew. */
const sleptMs = 60_000;
/** Covers whatever a stream could lose unseen, such as a connection that died without a word. */
const refreshEveryMs = 10 * 60_000;

export interface LiveLink {
  /** Starts, or starts over at once. */
  start(): void;
  stop(): void;
}

export function createLiveLink(): LiveLink {
  let stream: EventSource | undefined;
  let asking: AbortController | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = retryFirstMs;
  let running = false;
  let hiddenAt: number | undefined;
  let refreshTimer: ReturnType<typeof setInterval> | undefined;

  const drop = (): void => {
    stream?.close();
    stream = undefined;
    asking?.abort();
    asking = undefined;
    clearTimeout(retryTimer);
  };

  const lost = (): void => {
    const link = navigator.onLine ? 'reconnecting' : 'offline';
    dispatch({ type: 'link', link, now: Date.now() });
  };

  const retryLater = (): void => {
    clearTimeout(retryTimer);
    // Spread out: all open pages lose the server at the same moment.
    retryTimer = setTimeout(() => void connect(), retryMs * (0.75 + Math.random() / 2));
    retryMs = Math.min(retryMs * 2, retryMostMs);
  };

  const connect = async (): Promise<void> => {
    drop();
    const mine = new AbortController();
    asking = mine;
    try {
      const bootstrap = await api.bootstrap(mine.signal);
      if (mine.signal.aborted) return;
      dispatch({ type: 'bootstrapped', bootstrap });
      listen(bootstrap.revision);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof ApiFailure && error.status === 401) return;
      if (error instanceof ApiFailure && error.status === 403 && (await mustChangePassword())) return;
      dispatch({ type: 'start-failed', reason: failureText(error) });
      lost();
      retryLater();
    }
  };

  /** Nothing is allowed before the password is changed, bootstrap neither. */
  const mustChangePassword = async (): Promise<boolean> => {
    const me = await api.me().catch(() => undefined);
    if (me?.user.passwordChange !== 'required') return false;
    dispatch({ type: 'password-required', user: me.user });
    return true;
  };

  const receive = (event: StreamEvent): void => {
    switch (event.name) {
      case 'camera':
        dispatch({ type: 'camera', camera: event.data });
        break;
      case 'event':
        dispatch({ type: 'event', event: event.data, live: true });
        break;
      case 'command': {
        const { requestId, cameraId, command, outcome, detail } = event.data;
        dispatch({ type: 'command-outcome', requestId, cameraId, command, outcome, detail, now: Date.now() });
        break;
      }
      case 'removed': {
        const { entity, id, revision } = event.data;
        dispatch({ type: 'removed', entity, id, revision });
        break;
      }
      case 'changed':
        tellResourceChange(event.data);
        break;
      case 'reset':
        void connect();
    }
  };

  const listen = (revision: number): void => {
    const source = new EventSource(`/api/stream?after=${revision}`);
    stream = source;
    for (const name of ['camera', 'event', 'command', 'removed', 'changed', 'reset'] as const)
      source.addEventListener(name, (message: MessageEvent<string>) => {
        receive({ name, data: JSON.parse(message.data) as unknown } as StreamEvent);
      });
    source.addEventListener('open', () => {
      // Records that were missed are sent again; changes of resources are not.
      tellResourceChange({ entity: null, keys: [] });
      retryMs = retryFirstMs;
      dispatch({ type: 'link', link: 'live', now: Date.now() });
    });
    source.addEventListener('error', () => {
      if (stream !== source) return;
      lost();
      // The browser tries again by itself after a cut, with Last-Event-ID; after an HTTP error it never does.
      if (source.readyState === EventSource.CLOSED) retryLater();
    });
  };

  const onVisible = (): void => {
    if (document.hidden) {
      hiddenAt = Date.now();
      return;
    }
    const slept = hiddenAt !== undefined && Date.now() - hiddenAt > sleptMs;
    hiddenAt = undefined;
    if (slept || getState().link !== 'live') void connect();
  };
  const onOnline = (): void => void connect();

  return {
    start() {
      retryMs = retryFirstMs;
      if (!running) {
        running = true;
        document.addEventListener('visibilitychange', onVisible);
        window.addEventListener('online', onOnline);
        window.addEventListener('offline', lost);
        refreshTimer = setInterval(() => {
          if (!document.hidden) void connect();
        }, refreshEveryMs);
      }
      void connect();
    },
    stop() {
      running = false;
      drop();
      clearInterval(refreshTimer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('offline', lost);
    },
  };
}
