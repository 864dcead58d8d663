/**
 * The floor: a process that copies the camera's packets to each viewer's port, in Node as we are, with nothing encrypted,
 * rewritten, repaired or negotiated.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface BareForwarder {
  readonly pid: number;
  readonly ports: { readonly video: number; readonly audio: number };
  /** From now on it sends to so many. */
  serve(viewers: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBareForwarder(argument: string): Promise<BareForwarder> {
  const [program = ''] = process.argv.slice(1);
  const child: ChildProcess = fork(program, [argument]);
  const [ports] = (await once(child, 'message')) as [BareForwarder['ports']];
  let sinks: Socket[] = [];
  return {
    pid: child.pid ?? 0,
    ports,
    async serve(viewers) {
      for (const sink of sinks) sink.close();
      sinks = await Promise.all(Array.from({ length: viewers }, () => bound()));
      for (const sink of sinks) sink.on('message', () => undefined);
      child.send(sinks.map((sink) => sink.address().port));
    },
    async stop() {
      for (const sink of sinks) sink.close();
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** In the child. */
export async function bareForwarder(): Promise<void> {
  let viewers: number[] = [];
  process.on('message', (ports: number[]) => (viewers = ports));
  const out = await bound();
  const [video, audio] = await Promise.all([bound(), bound()]);
  for (const socket of [video, audio])
    socket.on('message', (packet) => {
      for (const port of viewers) out.send(packet, port, '127.0.0.1');
    });
  process.send?.({ video: video.address().port, audio: audio.address().port });
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
