/** Candidates, pairs and states of ICE in Kurento's shapes. Pure. */
import type { CandidatePair } from '../webrtc-peer.ts';

/** Kurento's priority for a UDP host candidate, component 1. */
const hostPriority = 2_015_364_095;

/** By the library's word for a state. */
export const iceStates: Readonly<Record<string, string>> = {
  checking: 'CONNECTING',
  connected: 'CONNECTED',
  completed: 'READY',
  failed: 'FAILED',
  disconnected: 'DISCONNECTED',
};

/** One for each address and section. */
export function candidateRecords(
  addresses: readonly string[],
  port: number,
  mids: readonly string[],
): unknown[] {
  return addresses.flatMap((address, index) =>
    mids.map((sdpMid, sdpMLineIndex) => ({
      __module__: 'kurento',
      __type__: 'IceCandidate',
      candidate: `candidate:${index + 1} 1 UDP ${hostPriority - index * 256} ${address} ${port} typ host`,
      sdpMLineIndex,
      sdpMid,
    })),
  );
}

export function pairRecords(pair: CandidatePair | undefined): unknown[] {
  if (pair === undefined) return [];
  return [
    {
      __module__: 'kurento',
      __type__: 'IceCandidatePair',
      componentId: 1,
      localCandidate: pair.local,
      remoteCandidate: pair.remote,
      streamId: '1',
    },
  ];
}

export function connectionRecords(state: string): unknown[] {
  return [{ __module__: 'kurento', __type__: 'IceConnection', componentId: 1, state, streamId: '1' }];
}
