/** The API as a program uses it: HTTPS with the platform's CA properly checked, a cookie, JSON. */
import { request } from 'node:https';
import type { Platform } from '@apiary/test-support';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Of an event, what these suites look at. */
export interface ApiEvent {
  readonly id: string;
  readonly cameraId: string;
  readonly activityType: string;
  readonly startedAt: string;
  readonly startSource: string;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly thumbnailUrl: string | null;
  readonly playlistUrl: string | null;
  readonly downloadUrl: string | null;
  readonly recordingCount: number;
  readonly recordingSeconds: number | null;
}

export class Api {
  readonly #base: string;
  readonly #ca: string;
  #cookie: string | undefined;

  private constructor(base: string, ca: string) {
    this.#base = base;
    this.#ca = ca;
  }

  static async open(platform: Platform): Promise<Api> {
    return new Api(platform.info.dashboardUrl, await platform.caPem());
  }

  static async loggedIn(platform: Platform): Promise<Api> {
    const api = await Api.open(platform);
    const answer = await api.call('POST', '/api/auth/login', {
      username: platform.info.adminUsername,
      password: await platform.adminPassword(),
    });
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.body.toString()}`);
    return api;
  }

  call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.#base),
        {
          method,
          ca: this.#ca,
          agent: false,
          timeout: 30_000,
          headers: {
            ...headers,
            ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(body.length) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const [cookie] = response.headers['set-cookie'] ?? [];
            if (cookie !== undefined) this.#cookie = cookie.split(';')[0];
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** JSON of a 2xx answer. */
  async json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.toString()}`);
    return JSON.parse(answer.body.toString()) as Record<string, unknown>;
  }

  async event(id: string): Promise<ApiEvent> {
    return (await this.json('GET', `/api/events/${encodeURIComponent(id)}`)) as unknown as ApiEvent;
  }
}
