/** A UDP hop between a viewer and the media server that loses what it is told to. Test code only. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

export class LossyRelay {
  /** true: this packet towards the viewer is lost. */
  lose: (packet: Buffer) => boolean = () => false;
  readonly #near: Socket;
  readonly #far: Socket;

  private constructor(near: Socket, far: Socket, serverPort: number) {
    this.#near = near;
    this.#far = far;
    let viewer: RemoteInfo | undefined;
    near.on('message', (packet, from) => {
      viewer = from;
      far.send(packet, serverPort, '127.0.0.1');
    });
    far.on('message', (packet) => {
      if (viewer !== undefined && !this.lose(packet)) near.send(packet, viewer.port, viewer.address);
    });
  }

  static async open(serverPort: number): Promise<LossyRelay> {
    const [near, far] = await Promise.all([bound(), bound()]);
    return new LossyRelay(near, far, serverPort);
  }

  /** Where the viewer is to send. */
  get port(): number {
    return this.#near.address().port;
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }
}

function bound(): Promise<Socket> {
  return new Promise((done) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => done(socket));
  });
}
