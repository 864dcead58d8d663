/** A viewer of the platform: the signalling a page speaks, by ticket, with a PeerViewer behind it. */
import WebSocket from 'ws';
import { waitFor } from '@apiary/test-support/wait-for';
import { PeerViewer } from './peer-viewer.ts';
import type { Rig } from './rig.ts';

interface Message {
  readonly type: string;
  readonly sdpAnswer?: string;
  readonly message?: string;
  readonly candidate?: { readonly candidate: string; readonly sdpMid: string };
}

/** A busy machine is slow; a join that takes this long is a fault. */
const timeoutMs = 30_000;

export interface JoinedViewer {
  readonly peer: PeerViewer;
  /** From nothing to the first whole key picture, ms. */
  readonly joinMs: number;
  leave(): void;
}

export async function joinPlatform(rig: Rig, cameraId: string, rembBps: number): Promise<JoinedViewer> {
  const { ticket } = await rig.api.json('POST', '/api/live/tickets', { cameraId });
  const ca = await rig.platform.caPem();
  const startedAt = performance.now();
  const url = new URL(
    `/api/live/signaling?ticket=${encodeURIComponent(String(ticket))}`,
    rig.platform.info.dashboardUrl,
  );
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), { ca });
  const peer = new PeerViewer(rembBps);
  let fault: string | undefined;
  let answered = false;
  const early: Message[] = [];
  const addCandidate = ({ candidate }: Message): void => {
    if (candidate !== undefined) peer.connection.addRemoteCandidate(candidate.candidate, candidate.sdpMid);
  };
  const hear = async (message: Message): Promise<void> => {
    if (message.type === 'hello')
      socket.send(JSON.stringify({ type: 'viewer', cameraId, sdpOffer: await peer.offer() }));
    else if (message.type === 'viewerResponse') {
      peer.accept(message.sdpAnswer ?? '');
      answered = true;
      early.forEach(addCandidate);
    } else if (message.type === 'iceCandidate') {
      if (answered) addCandidate(message);
      else early.push(message);
    } else if (message.type === 'error') fault = message.message;
  };
  socket.on('error', (error) => (fault = error.message));
  socket.on('message', (data: Buffer) => {
    hear(JSON.parse(data.toString()) as Message).catch((error: unknown) => (fault = String(error)));
  });
  const leave = (): void => {
    peer.close();
    socket.close();
  };
  try {
    const pictureAt = await waitFor(
      () => {
        if (fault !== undefined) return { fault };
        return peer.firstPictureAt === undefined ? undefined : { at: peer.firstPictureAt };
      },
      'the first picture',
      timeoutMs,
    );
    if ('fault' in pictureAt) throw new Error(`the platform said: ${pictureAt.fault}`);
    return { peer, joinMs: pictureAt.at - startedAt, leave };
  } catch (error) {
    leave();
    throw error;
  }
}
