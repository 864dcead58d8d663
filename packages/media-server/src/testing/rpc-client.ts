/** A bare Kurento client over ws for tests: calls by name, events as they come. Test code only. */
import { WebSocket } from 'ws';
import { withDeadline } from '@apiary/base/deadline';

export interface Event {
  readonly object: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}
export interface Answer {
  readonly id: unknown;
  readonly result?: { sessionId?: string; value?: unknown; serverId?: string } | null;
  readonly error?: { code: number; message: string; data?: unknown };
}

export class RpcClient {
  readonly socket: WebSocket;
  readonly events: Event[] = [];
  /** Frames exactly as received. */
  readonly frames: string[] = [];
  sessionId: string | undefined;
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  static #nextId = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#onFrame(data.toString('utf8')));
    socket.on('error', () => undefined);
  }

  static async open(url: string): Promise<RpcClient> {
    const socket = new WebSocket(url);
    const client = new RpcClient(socket);
    await withDeadline(
      new Promise<void>((done, fail) => {
        socket.once('open', () => done());
        socket.once('error', fail);
      }),
      10_000,
      'opening the control socket',
    );
    return client;
  }

  #onFrame(frame: string): void {
    this.frames.push(frame);
    const message = JSON.parse(frame) as Answer & { method?: string; params?: { value: Event } };
    if (message.method === 'onEvent' && message.params !== undefined) {
      this.events.push(message.params.value);
      return;
    }
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }

  /** Sends `frame` as it is and waits for the answer with `id`. */
  raw(frame: unknown, id: unknown): Promise<Answer> {
    const answer = new Promise<Answer>((done) => this.#waiting.set(id, done));
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    return withDeadline(answer, 10_000, `answer to ${JSON.stringify(frame).slice(0, 120)}`);
  }

  async request(method: string, params: Record<string, unknown> = {}): Promise<Answer> {
    const id = RpcClient.#nextId;
    RpcClient.#nextId += 1;
    const named = this.sessionId === undefined ? params : { ...params, sessionId: this.sessionId };
    const answer = await this.raw({ jsonrpc: '2.0', id, method, params: named }, id);
    this.sessionId = answer.result?.sessionId ?? this.sessionId;
    return answer;
  }

  async value(method: string, params: Record<string, unknown>): Promise<unknown> {
    const { result, error } = await this.request(method, params);
    if (error !== undefined) throw new Error(`${error.code} ${error.message}`);
    return result?.value;
  }

  async create(type: string, mediaPipeline?: string): Promise<string> {
    const constructorParams = mediaPipeline === undefined ? {} : { constructorParams: { mediaPipeline } };
    return String(await this.value('create', { type, ...constructorParams, properties: {} }));
  }

  invoke(object: string, operation: string, operationParams?: Record<string, unknown>): Promise<unknown> {
    return this.value('invoke', {
      object,
      operation,
      ...(operationParams === undefined ? {} : { operationParams }),
    });
  }

  async subscribe(object: string, ...types: string[]): Promise<void> {
    for (const type of types) await this.value('subscribe', { object, type });
  }

  eventsOf(object: string, type: string): Event[] {
    return this.events.filter((event) => event.object === object && event.type === type);
  }

  close(): void {
    this.socket.terminate();
  }
}
