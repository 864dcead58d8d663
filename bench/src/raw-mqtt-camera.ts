/**
 * A camera as cheap as can be: MQTT 3.1.1 over a raw socket, QoS 1, up to `window` messages on the way. A full client
 * library for a hundred cameras would eat the cores the measured processes need.
 */
import { connect, type Socket } from 'node:net';

export interface RawCamera {
  /** Sends all messages; resolves when the broker has acknowledged every one. */
  publish(messages: readonly { topic: string; payload: string }[]): Promise<void>;
  close(): void;
}

export async function connectRawCamera(port: number, clientId: string, window = 50): Promise<RawCamera> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let acknowledged = 0;
  let buffered = Buffer.alloc(0);
  let onPacket: () => void = () => undefined;
  let connected: () => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  socket.on('error', (error) => failed(error));
  socket.on('close', () => failed(new Error('the broker closed the connection')));
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? Buffer.from(chunk) : Buffer.concat([buffered, chunk]);
    // CONNACK and PUBACK, all we can be sent, are four bytes long.
    while (buffered.length >= 4) {
      const type = (buffered[0] ?? 0) >> 4;
      if (type === 2) {
        if (buffered[3] === 0) connected();
        else failed(new Error(`CONNACK ${buffered[3]}`));
      } else if (type === 4) acknowledged += 1;
      buffered = buffered.subarray(4);
    }
    onPacket();
  });
  await new Promise<void>((resolve, reject) => {
    connected = resolve;
    failed = reject;
    socket.write(frame(0x10, [text('MQTT'), Buffer.from([4, 2, 0, 0]), text(clientId)]));
  });

  let nextId = 0;
  return {
    publish: (messages) =>
      new Promise<void>((resolve, reject) => {
        failed = reject;
        const goal = acknowledged + messages.length;
        let sent = 0;
        const go = (): void => {
          const open = window - (sent - (acknowledged - (goal - messages.length)));
          if (open > 0 && sent < messages.length) {
            const frames: Buffer[] = [];
            for (const { topic, payload } of messages.slice(sent, sent + open)) {
              nextId = (nextId % 65535) + 1;
              frames.push(
                frame(0x32, [text(topic), Buffer.from([nextId >> 8, nextId & 255]), Buffer.from(payload)]),
              );
            }
            sent += frames.length;
            socket.write(Buffer.concat(frames));
          }
          if (acknowledged >= goal) resolve();
        };
        onPacket = go;
        go();
      }),
    close: () => {
      failed = () => undefined;
      socket.destroy();
    },
  };
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function frame(header: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([...parts]);
  const size: number[] = [];
  for (let rest = body.length; ;) {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    size.push(rest > 0 ? byte | 128 : byte);
    if (rest === 0) break;
  }
  return Buffer.concat([Buffer.from([header, ...size]), body]);
}
