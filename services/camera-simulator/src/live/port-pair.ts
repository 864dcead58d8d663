/** A camera's pair of UDP sockets: RTP on an even port, RTCP on the next. What is sent leaves from where it is received. */
import { createSocket, type Socket } from 'node:dgram';
import { RecoverableError } from '@apiary/base/errors';

export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  /** Even. */
  readonly port: number;
  close(): void;
}

const attempts = 100;

/** @throws RecoverableError when no two neighbouring ports are free */
export async function openPortPair(): Promise<PortPair> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const first = await bind(0);
    if (first === undefined) continue;
    const port = first.address().port;
    const other = await bind(port ^ 1);
    if (other === undefined) {
      first.close();
      continue;
    }
    const [rtp, rtcp] = port % 2 === 0 ? [first, other] : [other, first];
    return {
      rtp,
      rtcp,
      port: port & ~1,
      close: () => {
        rtp.close();
        rtcp.close();
      },
    };
  }
  throw new RecoverableError('no two neighbouring UDP ports are free');
}

async function bind(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  const bound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, '0.0.0.0', () => resolve(true));
  });
  if (!bound) {
    socket.close();
    return undefined;
  }
  // An unreachable receiver is no reason to end: the stream has its own limits.
  socket.on('error', () => undefined);
  return socket;
}
