/**
 * A UDP hop between a browser and the media server, as narrow as it is told to be towards the browser: a queue that is
 * emptied at a steady rate and drops what does not fit, as a home router does. At the wire, so that nothing under test
 * knows of it and it serves any stack. (Chromium's own network emulation leaves WebRTC of a page alone.)
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

/**
 * A packet waits at most this long before there is no room for the next. Long, as in home routers: a browser judges a
 * line by how waiting grows, and sees nothing in a queue that is full at once.
 */
const longestWaitMs = 1000;

export class NarrowLink {
  /** Towards the browser; Infinity: not narrow. */
  bitsPerSecond = Number.POSITIVE_INFINITY;
  dropped = 0;
  readonly #near: Socket;
  readonly #far: Socket;
  #server: { readonly address: string; readonly port: number } | undefined;
  #browser: RemoteInfo | undefined;
  /** Until when what was taken keeps the link busy. */
  #busyUntil = 0;

  private constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    near.on('message', (packet, from) => {
      this.#browser = from;
      if (this.#server !== undefined) far.send(packet, this.#server.port, this.#server.address);
    });
    far.on('message', (packet) => this.#carry(packet));
  }

  static async open(): Promise<NarrowLink> {
    const [near, far] = await Promise.all([bound(), bound()]);
    return new NarrowLink(near, far);
  }

  /** Leads to this candidate of the media server. Returns the port the browser is to use on 127.0.0.1. */
  leadTo(address: string, port: number): number {
    this.#server = { address, port };
    return this.#near.address().port;
  }

  #carry(packet: Buffer): void {
    const now = performance.now();
    const startsAt = Math.max(now, this.#busyUntil);
    if (startsAt - now > longestWaitMs) {
      this.dropped++;
      return;
    }
    this.#busyUntil = startsAt + (packet.length * 8000) / this.bitsPerSecond;
    const waitMs = this.#busyUntil - now;
    if (waitMs < 1) this.#deliver(packet);
    else setTimeout(() => this.#deliver(packet), waitMs);
  }

  #deliver(packet: Buffer): void {
    if (this.#browser !== undefined)
      this.#near.send(packet, this.#browser.port, this.#browser.address, () => undefined);
  }

  close(): void {
    // What still waits goes nowhere.
    this.#browser = undefined;
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
