/** A foreign broker (aedes) without accounts that keeps what it was given, and can be taken away and come back. */
import { Aedes, type PublishPacket } from 'aedes';
import { createServer, type Server, type Socket } from 'node:net';

export interface BrokerMessage {
  readonly topic: string;
  readonly body: Record<string, unknown>;
  readonly qos: number;
  readonly retain: boolean;
}

export class TestBroker {
  /** Published below `prod/`, oldest first. */
  readonly messages: BrokerMessage[] = [];
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.on('publish', ({ topic, payload, qos, retain }: PublishPacket) => {
      if (!topic.startsWith('prod/')) return;
      const body = JSON.parse(payload.toString()) as Record<string, unknown>;
      this.messages.push({ topic, body, qos, retain });
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#aedes = aedes;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => {
      if (this.#aedes === undefined) resolve();
      else this.#aedes.close(() => resolve());
    });
  }
}
