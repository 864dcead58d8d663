/**
 * For tests: a media server at the wire, as a recorded one spoke (JSON-RPC over WebSocket, path /kurento): sessions that
 * outlive their socket, error codes, events of either generation. It moves no media: tests say when packets come.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

interface Rpc {
  readonly id?: number;
  readonly method: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly type?: string;
    readonly object?: string;
    readonly operation?: string;
    readonly operationParams?: Record<string, unknown>;
    readonly constructorParams?: Record<string, unknown>;
  };
}

interface FakeObject {
  readonly id: string;
  readonly type: string;
  readonly sessionId: string;
  readonly subscriptions: Set<string>;
  bytes: number;
  growing: boolean;
}

export interface Call {
  readonly object: string;
  readonly operation: string;
  readonly params: Record<string, unknown>;
}

class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const oldName = /^(?:MediaFlow(?:In|Out)StateChange|MediaTranscodingStateChange)$/;
const newName = /^(?:MediaFlow(?:In|Out)StateChanged|MediaTranscodingStateChanged)$/;

export class FakeKurento {
  readonly calls: Call[] = [];
  /** Old event names alone (6.16) or new ones alone (7). */
  generation: 6 | 7 = 7;
  /** Operations, or `create RtpEndpoint`, that are refused with 40000. */
  readonly refuse = new Set<string>();
  /** Waits before answering an operation, ms. */
  readonly slow = new Map<string, number>();
  readonly objects = new Map<string, FakeObject>();
  /** Answers this to every method but ping, as a server that forgot the session. */
  forgetful = false;
  connections = 0;
  #sessions = new Set<string>();
  #sockets = new Map<string, WebSocket>();
  #server: Server | undefined;
  #webSockets: WebSocketServer | undefined;
  #port = 0;
  #rtpPort = 40_000;

  async start(): Promise<void> {
    const server = createServer();
    const webSockets = new WebSocketServer({ server, path: '/kurento' });
    webSockets.on('connection', (socket) => {
      this.connections++;
      socket.on(
        'message',
        (data: Buffer) => void this.#onMessage(socket, JSON.parse(data.toString()) as Rpc),
      );
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#webSockets = webSockets;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/kurento`;
  }

  async stop(): Promise<void> {
    this.dropSockets();
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    this.#webSockets?.close();
    this.#server?.closeAllConnections();
    await closed;
  }

  /** kill -9 and start again. */
  async restart(): Promise<void> {
    await this.stop();
    this.#sessions = new Set();
    this.objects.clear();
    await this.start();
  }

  dropSockets(): void {
    for (const socket of this.#webSockets?.clients ?? []) socket.terminate();
  }

  /** A pipeline of a client that is gone. */
  leave(): string {
    return this.#create('MediaPipeline', {}, 'an earlier session');
  }

  of(type: string): FakeObject[] {
    return [...this.objects.values()].filter((object) => object.type === type);
  }

  callsOf(operation: string): Call[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  emit(object: string, type: string, data: Record<string, unknown>): void {
    const target = this.objects.get(object);
    const names = this.generation === 6 ? [type.replace(/StateChanged$/, 'StateChange'), type] : [type];
    const name = names.find((each) => target?.subscriptions.has(each));
    if (target === undefined || name === undefined) return;
    const value = {
      data: { ...data, source: object, tags: [], timestampMillis: '0', type: name },
      object,
      type: name,
    };
    this.#sockets
      .get(target.sessionId)
      ?.send(JSON.stringify({ jsonrpc: '2.0', method: 'onEvent', params: { value } }));
  }

  /** Packets of the camera arrive: the newest endpoint, its viewers, and RTCP both ways. */
  cameraSends({ rtcp = true }: { rtcp?: boolean } = {}): void {
    const source = this.of('RtpEndpoint').at(-1);
    if (source === undefined) return;
    source.growing = true;
    this.emit(source.id, 'MediaFlowOutStateChanged', { mediaType: 'VIDEO', state: 'FLOWING' });
    if (rtcp) this.emit(source.id, 'MediaStateChanged', { oldState: 'DISCONNECTED', newState: 'CONNECTED' });
    for (const viewer of this.of('WebRtcEndpoint'))
      this.emit(viewer.id, 'MediaFlowInStateChanged', { mediaType: 'VIDEO', state: 'FLOWING' });
  }

  cameraFallsSilent(): void {
    for (const source of this.of('RtpEndpoint')) source.growing = false;
  }

  async #onMessage(socket: WebSocket, { id, method, params = {} }: Rpc): Promise<void> {
    const wait = this.slow.get(params.operation ?? method);
    if (wait !== undefined) await new Promise((resolve) => setTimeout(resolve, wait));
    const send = (body: object): void => socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
    try {
      if (method === 'ping') {
        send({ result: { value: 'pong' } });
        return;
      }
      if (this.forgetful) throw new Refused(40_007, 'Invalid session');
      const sessionId = this.#session(socket, method, params.sessionId);
      if (method === 'describe') {
        const described = { type: 'ServerManager', qualifiedType: 'kurento.ServerManager' };
        send({ result: { sessionId, ...described, hierarchy: ['kurento.MediaObject'] } });
        return;
      }
      const value = this.#answer(method, params, sessionId);
      send({ result: { sessionId, ...(value === undefined ? {} : { value }) } });
    } catch (error) {
      const { code, message } = error as Refused;
      send({ error: { code, message, data: { type: 'REFUSED' } } });
    }
  }

  #session(socket: WebSocket, method: string, given: string | undefined): string {
    if (given !== undefined && !this.#sessions.has(given)) throw new Refused(40_007, 'Invalid session');
    if (given === undefined && method === 'connect') throw new Refused(40_007, 'Invalid session');
    const sessionId = given ?? randomUUID();
    this.#sessions.add(sessionId);
    this.#sockets.set(sessionId, socket);
    return sessionId;
  }

  #answer(method: string, params: NonNullable<Rpc['params']>, sessionId: string): unknown {
    switch (method) {
      case 'connect':
        return undefined;
      case 'create':
        return this.#create(params.type ?? '', params.constructorParams ?? {}, sessionId);
      case 'subscribe': {
        const name = params.type ?? '';
        if (this.generation === 6 ? newName.test(name) : oldName.test(name))
          throw new Refused(40_106, `Event type '${name}' not found`);
        this.#object(params.object).subscriptions.add(name);
        return randomUUID();
      }
      case 'release':
        for (const id of this.objects.keys())
          if (id === params.object || id.startsWith(`${params.object ?? ''}/`)) this.objects.delete(id);
        return undefined;
      case 'invoke':
        return this.#invoke(params.object, params.operation ?? '', params.operationParams ?? {});
      default:
        throw new Refused(-32_601, 'unknown method');
    }
  }

  #object(id: string | undefined): FakeObject {
    const object = this.objects.get(id ?? '');
    if (object === undefined) throw new Refused(40_101, `Object '${id ?? ''}' not found`);
    return object;
  }

  #create(type: string, { mediaPipeline }: Record<string, unknown>, sessionId: string): string {
    if (this.refuse.has(`create ${type}`)) throw new Refused(40_000, `no ${type} today`);
    const own = `${randomUUID()}_kurento.${type}`;
    const id = type === 'MediaPipeline' ? own : `${this.#object(mediaPipeline as string).id}/${own}`;
    this.objects.set(id, { id, type, sessionId, subscriptions: new Set(), bytes: 0, growing: false });
    return id;
  }

  #invoke(id: string | undefined, operation: string, params: Record<string, unknown>): unknown {
    if (id === 'manager_ServerManager') return this.of('MediaPipeline').map((pipeline) => pipeline.id);
    const object = this.#object(id);
    this.calls.push({ object: object.id, operation, params });
    if (this.refuse.has(operation)) throw new Refused(40_201, `no ${operation} today`);
    switch (operation) {
      case 'processOffer':
        return object.type === 'RtpEndpoint' ? this.#rtpAnswer() : webRtcAnswer;
      case 'connect':
        this.#object(params['sink'] as string);
        return null;
      case 'gatherCandidates':
        for (const address of ['172.17.0.1', '127.0.0.1'])
          this.emit(object.id, 'IceCandidateFound', {
            candidate: {
              candidate: `candidate:1 1 UDP 2015363327 ${address} 40263 typ host`,
              sdpMid: '0',
              sdpMLineIndex: 0,
            },
          });
        return null;
      case 'getStats':
        if (object.growing) object.bytes += 1000;
        return {
          x: {
            type: 'inboundrtp',
            bytesReceived: object.bytes,
            packetsReceived: object.bytes / 1000,
            packetsLost: 0,
            remb: 500_000,
          },
        };
      default:
        return null;
    }
  }

  #rtpAnswer(): string {
    const [audio, video] = [(this.#rtpPort += 2), (this.#rtpPort += 2)];
    return [
      'v=0',
      'o=- 4004509074 4004509074 IN IP4 192.0.2.2',
      's=Kurento Media Server',
      'c=IN IP4 192.0.2.2',
      't=0 0',
      `m=audio ${audio} RTP/AVPF 96 0`,
      'a=sendrecv',
      `a=rtcp:${audio + 1}`,
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:0 PCMU/8000',
      'a=direction:passive',
      'a=ssrc:1596034568 cname:user2937914667@host-e90d73a4',
      `m=video ${video} RTP/AVPF 103`,
      'a=recvonly',
      `a=rtcp:${video + 1}`,
      'a=rtpmap:103 H264/90000',
      'a=rtcp-fb:103 nack',
      'a=rtcp-fb:103 nack pli',
      'a=rtcp-fb:103 goog-remb',
      'a=rtcp-fb:103 ccm fir',
      'a=fmtp:103 packetization-mode=1;profile-level-id=42e01f',
      'a=direction:passive',
      'a=ssrc:3041542817 cname:user2937914667@host-e90d73a4',
      '',
    ].join('\r\n');
  }
}

const webRtcAnswer = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=Kurento Media Server',
  't=0 0',
  'm=video 1 UDP/TLS/RTP/SAVPF 102',
  'a=candidate:2 1 UDP 2015363327 172.17.0.1 40263 typ host',
  'a=candidate:1 1 UDP 2015363327 127.0.0.1 40263 typ host',
  '',
].join('\r\n');
