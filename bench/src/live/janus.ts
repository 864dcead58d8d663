/**
 * The peer: Janus with its streaming plugin, fed by the same simulated camera, viewers by its WebSocket API. It asks the
 * camera for a key picture when a viewer joins, as we do (its RTCP ports are open).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { freePort } from '@apiary/test-support/free-port';
import { waitFor } from '@apiary/test-support/wait-for';
import { PeerViewer } from './peer-viewer.ts';
import type { JoinedViewer } from './platform-viewer.ts';

const program = '/usr/bin/janus';
const startTimeoutMs = 10_000;
/** Idle parts would cost memory and time at the start; none of them is measured. */
const offPlugins =
  'audiobridge duktape echotest lua nosip recordplay sip textroom videocall videoroom voicemail';
const offTransports = 'http mqtt nanomsg pfunix rabbitmq';

export interface Janus {
  readonly pid: number;
  readonly ports: { readonly video: number; readonly audio: number };
  join(rembBps: number): Promise<JoinedViewer>;
  stop(): Promise<void>;
}

/** Undefined where it is not installed. @param firstPort four free UDP ports, the first even */
export async function startJanus(firstPort: number): Promise<Janus | undefined> {
  if (!existsSync(program)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'apiary-janus-'));
  const port = await freePort();
  const ports = { video: firstPort, audio: firstPort + 2 };
  for (const [name, text] of Object.entries(configuration(port, ports)))
    await writeFile(join(await madeFolder(folder), name), text);
  const child = spawn(program, ['-F', folder, '-C', join(folder, 'janus.jcfg')], { stdio: 'ignore' });
  const url = `ws://127.0.0.1:${port}/`;
  await waitFor(() => answers(url), 'Janus answering', startTimeoutMs);
  return {
    pid: child.pid ?? 0,
    ports,
    join: (rembBps) => joinJanus(url, rembBps),
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function madeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

function configuration(port: number, { video, audio }: Janus['ports']): Record<string, string> {
  const disable = (kind: string, names: string): string =>
    names
      .split(' ')
      .map((name) => `libjanus_${name}.so`)
      .join(kind);
  return {
    'janus.jcfg': [
      'general: { debug_level = 2 }',
      `plugins: { disable = "${disable(',', offPlugins)}" }`,
      `transports: { disable = "${disable(',', offTransports)}" }`,
      '',
    ].join('\n'),
    'janus.transport.websockets.jcfg': `general: { ws = true\n ws_port = ${port}\n ws_ip = "127.0.0.1" }\nadmin: { admin_ws = false }\n`,
    'janus.plugin.streaming.jcfg': [
      'camera: {',
      ...['type = "rtp"', 'id = 1', 'audio = true', 'video = true'],
      ...[`audioport = ${audio}`, `audiortcpport = ${audio + 1}`, 'audiopt = 96', 'audiocodec = "opus"'],
      ...[`videoport = ${video}`, `videortcpport = ${video + 1}`, 'videopt = 103', 'videocodec = "h264"'],
      'videofmtp = "profile-level-id=42e01f;packetization-mode=1"',
      '}',
      '',
    ].join('\n'),
  };
}

async function answers(url: string): Promise<boolean> {
  const socket = new WebSocket(url, 'janus-protocol');
  try {
    await once(socket, 'open');
    return true;
  } catch {
    return false;
  } finally {
    socket.terminate();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 3000);
  await once(child, 'exit');
  clearTimeout(forced);
}

interface Reply {
  readonly janus: string;
  readonly transaction?: string;
  readonly data?: { readonly id: number };
  readonly jsep?: { readonly sdp: string };
}

/** Session, handle, watch, offer, answer: what a page of Janus does. */
async function joinJanus(url: string, rembBps: number): Promise<JoinedViewer> {
  const startedAt = performance.now();
  const socket = new WebSocket(url, 'janus-protocol');
  const peer = new PeerViewer(rembBps);
  const heard: Reply[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Reply));
  await once(socket, 'open');
  const ask = async (request: object, isReply: (reply: Reply) => boolean): Promise<Reply> => {
    const from = heard.length;
    socket.send(JSON.stringify({ transaction: String(from), ...request }));
    return await replyAfter(socket, heard, from, isReply);
  };
  const success = ({ janus }: Reply): boolean => janus === 'success';
  const session = (await ask({ janus: 'create' }, success)).data?.id;
  const attach = { janus: 'attach', session_id: session, plugin: 'janus.plugin.streaming' };
  const handle = (await ask(attach, success)).data?.id;
  const message = { janus: 'message', session_id: session, handle_id: handle };
  const watch = { ...message, body: { request: 'watch', id: 1 } };
  const { jsep } = await ask(watch, (reply) => reply.jsep !== undefined);
  const sdp = await peer.answer(jsep?.sdp ?? '');
  socket.send(
    JSON.stringify({
      ...message,
      transaction: 'start',
      body: { request: 'start' },
      jsep: { type: 'answer', sdp },
    }),
  );
  const leave = (): void => {
    peer.close();
    // Its session goes with the socket.
    socket.close();
  };
  try {
    return { peer, joinMs: (await peer.untilPicture()) - startedAt, leave };
  } catch (error) {
    leave();
    throw error;
  }
}

/** At once when it comes: polling would be part of the join time. */
function replyAfter(
  socket: WebSocket,
  heard: readonly Reply[],
  from: number,
  isReply: (reply: Reply) => boolean,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const forced = setTimeout(() => reject(new Error('Janus did not answer')), startTimeoutMs);
    const look = (): void => {
      const reply = heard.slice(from).find(isReply);
      if (reply === undefined) return;
      clearTimeout(forced);
      socket.off('message', look);
      resolve(reply);
    };
    socket.on('message', look);
  });
}
