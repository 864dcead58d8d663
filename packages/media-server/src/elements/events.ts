/**
 * Event types by element, and the names they had in Kurento 6.16. A subscriber to either name hears the event under that
 * name: the control side need not know which Kurento it talks to.
 */

const currentName: Readonly<Record<string, string>> = {
  MediaFlowInStateChange: 'MediaFlowInStateChanged',
  MediaFlowOutStateChange: 'MediaFlowOutStateChanged',
  MediaTranscodingStateChange: 'MediaTranscodingStateChanged',
  IceComponentStateChange: 'IceComponentStateChanged',
  OnIceComponentStateChanged: 'IceComponentStateChanged',
  OnIceCandidate: 'IceCandidateFound',
  OnIceGatheringDone: 'IceGatheringDone',
};

/** The 7.x name of an event type, whichever name it was given. */
export function canonicalEvent(type: string): string {
  return currentName[type] ?? type;
}

export const objectEvents = ['Error'] as const;
export const elementEvents = [
  ...objectEvents,
  'ElementConnected',
  'ElementDisconnected',
  'MediaFlowInStateChanged',
  'MediaFlowOutStateChanged',
  'MediaTranscodingStateChanged',
] as const;
export const rtpEvents = [
  ...elementEvents,
  'MediaSessionStarted',
  'MediaSessionTerminated',
  'MediaStateChanged',
  'ConnectionStateChanged',
] as const;
export const webRtcEvents = [
  ...rtpEvents,
  'IceCandidateFound',
  'IceGatheringDone',
  'IceComponentStateChanged',
  'NewCandidatePairSelected',
] as const;
