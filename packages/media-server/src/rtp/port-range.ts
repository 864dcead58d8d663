/**
 * UDP ports of the media range: pairs of an even RTP port and the odd RTCP port after it, and one port for all viewers.
 * A pair another process holds is passed over. Sockets are bound here so that a number handed out is really ours.
 */
import { createSocket, type Socket } from 'node:dgram';

export interface SocketPair {
  readonly rtpPort: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
  /** Closes both and gives the numbers back. */
  close(): void;
}

/** Kernel buffers sized for a key picture that arrives in one go. */
const receiveBufferBytes = 1 << 20;

export class PortRange {
  readonly first: number;
  readonly last: number;
  readonly #host: string;
  readonly #used = new Set<number>();
  #next: number;

  constructor(host: string, minPort: number, maxPort: number) {
    this.#host = host;
    this.first = minPort + (minPort % 2);
    this.last = maxPort;
    this.#next = this.first;
  }

  /** Numbers of pairs that may be handed out at all, and of those taken. */
  get pairs(): { total: number; used: number } {
    return { total: Math.floor((this.last - this.first + 1) / 2), used: this.#used.size };
  }

  /**
   * Takes the highest free pair out of the range; its even number is the viewers' port, which the WebRTC library binds
   * by itself when the first viewer comes.
   * @returns undefined when no pair is free
   */
  async reserveSharedPort(): Promise<number | undefined> {
    for (let index = this.pairs.total - 1; index >= 0; index -= 1) {
      const port = this.first + index * 2;
      if (this.#used.has(port)) continue;
      const probe = await bind(port, this.#host);
      if (probe === undefined) continue;
      await new Promise<void>((done) => probe.close(done));
      this.#used.add(port);
      return port;
    }
    return undefined;
  }

  /** @returns undefined when every pair is taken */
  async takePair(): Promise<SocketPair | undefined> {
    const { total } = this.pairs;
    for (let tried = 0; tried < total; tried += 1) {
      const port = this.#next;
      this.#next = this.#next + 3 > this.last ? this.first : this.#next + 2;
      if (this.#used.has(port)) continue;
      this.#used.add(port);
      const pair = await this.#bindPair(port);
      if (pair !== undefined) return pair;
      this.#used.delete(port);
    }
    return undefined;
  }

  async #bindPair(rtpPort: number): Promise<SocketPair | undefined> {
    const rtp = await bind(rtpPort, this.#host);
    if (rtp === undefined) return undefined;
    const rtcp = await bind(rtpPort + 1, this.#host);
    if (rtcp === undefined) {
      rtp.close();
      return undefined;
    }
    let open = true;
    return {
      rtpPort,
      rtp,
      rtcp,
      close: () => {
        if (!open) return;
        open = false;
        rtp.close();
        rtcp.close();
        this.#used.delete(rtpPort);
      },
    };
  }
}

function bind(port: number, address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // A send that fails (no route, peer closed) is no reason to die; loss is handled by RTCP.
      socket.on('error', () => undefined);
      try {
        socket.setRecvBufferSize(receiveBufferBytes);
      } catch {
        // The system's limit stays.
      }
      resolve(socket);
    });
  });
}
