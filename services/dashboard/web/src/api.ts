/** Calls of the API. Every call has a deadline; failures are `ApiFailure` with a sentence fit for people. */
import { t } from './messages.ts';
import type {
  Accepted,
  ApiError,
  Bootstrap,
  Camera,
  CameraEvent,
  CameraSettings,
  CameraSettingsChange,
  EventList,
  LoginMethods,
  Me,
  Mode,
  SoundType,
  User,
} from './types.ts';
import type { EventFilter } from './store/filter.ts';

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** HTTP status; 0: no answer. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const timeoutMs = 20_000;

let onLoggedOut: () => void = () => undefined;
/** Called when any request finds the login session ended. */
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

async function request(
  method: string,
  path: string,
  init: RequestInit,
  signal?: AbortSignal,
): Promise<Response> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...init,
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw deadline.aborted
      ? new ApiFailure(0, 'timeout', t.errors.timeout)
      : new ApiFailure(0, 'network', t.errors.network);
  }
  if (response.ok) return response;
  const failure = await failureOf(response);
  if (response.status === 401 && !path.startsWith('/api/auth/login')) onLoggedOut();
  throw failure;
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await request(method, path, init, signal);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function failureOf(response: Response): Promise<ApiFailure> {
  try {
    const { error } = (await response.json()) as ApiError;
    return new ApiFailure(response.status, error.code, t.errors.codes[error.code] ?? error.message);
  } catch {
    return new ApiFailure(response.status, 'unexpected', t.errors.unexpected);
  }
}

/** Calls of any resource: JSON in and out. `path` begins with `/api/`, its parts percent-encoded. */
export const rest = {
  get: <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal),
  post: <T = unknown>(path: string, body?: unknown) => call<T>('POST', path, body),
  put: <T = unknown>(path: string, body?: unknown) => call<T>('PUT', path, body),
  patch: <T = unknown>(path: string, body?: unknown) => call<T>('PATCH', path, body),
  delete: <T = unknown>(path: string, body?: unknown) => call<T>('DELETE', path, body),
  /** Files in, a file out. */
  postForm: async (path: string, body: FormData): Promise<Blob> =>
    (await request('POST', path, { body })).blob(),
};

const part = encodeURIComponent;

export const api = {
  bootstrap: (signal?: AbortSignal) => call<Bootstrap>('GET', '/api/bootstrap', undefined, signal),
  logIn: (username: string, password: string) =>
    call<{ user: User }>('POST', '/api/auth/login', { username, password }),
  loginMethods: () => call<LoginMethods>('GET', '/api/auth/methods'),
  me: () => call<Me>('GET', '/api/auth/me'),
  changePassword: (currentPassword: string, newPassword: string) =>
    call<unknown>('POST', '/api/auth/password', { currentPassword, newPassword }),
  logOut: () => call<unknown>('POST', '/api/auth/logout'),

  events(filter: EventFilter, cursor: string | null, limit: number): Promise<EventList> {
    const query = new URLSearchParams({ limit: String(limit) });
    if (filter.cameraId !== null) query.set('cameraId', filter.cameraId);
    if (filter.kind !== null) query.set('type', filter.kind);
    if (cursor !== null) query.set('cursor', cursor);
    return call('GET', `/api/events?${query.toString()}`);
  },
  event: (id: string) => call<CameraEvent>('GET', `/api/events/${part(id)}`),

  rename: (id: string, name: string) => call<Camera>('PATCH', `/api/cameras/${part(id)}`, { name }),
  setMode: (id: string, mode: Mode) => call<Accepted>('POST', `/api/control/mode/${part(id)}/${mode}`),
  reboot: (id: string) => call<Accepted>('POST', `/api/control/reboot/${part(id)}`),
  settings: (id: string) => call<{ settings: CameraSettings }>('GET', `/api/control/settings/${part(id)}`),
  changeSettings: (id: string, change: CameraSettingsChange) =>
    call<Accepted>('PUT', `/api/control/settings/${part(id)}`, change),
  playSound: (id: string, soundType: SoundType, durationSeconds?: number) =>
    call<Accepted>('POST', `/api/control/sound/${part(id)}`, {
      soundType,
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
    }),
  stopSound: (id: string) => call<Accepted>('POST', `/api/control/sound/${part(id)}/stop`),
};

/** A sentence for whatever was thrown. */
export const failureText = (error: unknown): string =>
  error instanceof ApiFailure ? error.message : t.errors.unexpected;
