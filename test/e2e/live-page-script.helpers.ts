/**
 * What runs in a page before anything of the page does, as text, because other globals exist there than here: reads the
 * number of every frame the live view shows, counts questions for the microphone, keeps the WebRTC connections for their
 * counters, and leads them where a test wants them.
 */
import { readFrameNumber } from '@apiary/camera-simulator';

export interface PageScriptOptions {
  readonly iceTransportPolicy: 'all' | 'relay';
  /** Media goes by way of `globalThis.leadThroughLink(address, port)`, which answers with a port of 127.0.0.1. */
  readonly throughLink: boolean;
}

export const livePageScript = ({ iceTransportPolicy, throughLink }: PageScriptOptions): string => `(() => {
  const readFrameNumber = ${String(readFrameNumber)};
  const peers = [];
  const policy = ${JSON.stringify(iceTransportPolicy)};
  const Real = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: policy });
      peers.push(this);
    }
    setConfiguration(configuration) {
      super.setConfiguration({ ...configuration, iceTransportPolicy: policy });
    }
  };
  ${throughLink ? narrowed : ''}
  const watch = {
    frames: [],
    microphoneAsked: 0,
    async facts() {
      const peer = peers.findLast((one) => one.connectionState === 'connected');
      const stats = peer === undefined ? [] : [...(await peer.getStats()).values()];
      const of = (type, kind) => stats.find((one) => one.type === type && (kind === undefined || one.kind === kind));
      const pair = stats.find((one) => one.id === of('transport')?.selectedCandidatePairId);
      return {
        audioEnergy: of('inbound-rtp', 'audio')?.totalAudioEnergy ?? 0,
        framesDecoded: of('inbound-rtp', 'video')?.framesDecoded ?? 0,
        localCandidate: stats.find((one) => one.id === pair?.localCandidateId)?.candidateType ?? '',
      };
    },
  };
  globalThis.liveWatch = watch;
  const devices = navigator.mediaDevices;
  const ask = devices?.getUserMedia.bind(devices);
  if (ask !== undefined)
    devices.getUserMedia = (wanted) => {
      watch.microphoneAsked++;
      return ask(wanted);
    };

  const canvas = new OffscreenCanvas(320, 180);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const watched = new WeakSet();
  const look = (video) => {
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const number = readFrameNumber(data, canvas.width, canvas.height);
    if (number !== undefined && number !== watch.frames.at(-1)?.number) watch.frames.push({ at: Date.now(), number });
    if (watch.frames.length > 5000) watch.frames.splice(0, 1000);
    video.requestVideoFrameCallback(() => look(video));
  };
  setInterval(() => {
    const video = document.querySelector('[role=dialog] video');
    if (video === null || watched.has(video)) return;
    watched.add(video);
    video.requestVideoFrameCallback(() => look(video));
  }, 50);
})()`;

/** The server learns no address of the browser, or it would find a way around the link. */
const narrowed = `
  const Open = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Open {
    async addIceCandidate(given) {
      const [, address, port] = / (\\S+) (\\d+) typ host/.exec(given.candidate) ?? [];
      if (address === undefined) return;
      const linkPort = await globalThis.leadThroughLink(address, Number(port));
      const candidate = given.candidate.replace(/ \\S+ \\d+ typ host/, ' 127.0.0.1 ' + linkPort + ' typ host');
      await super.addIceCandidate({ ...given, candidate });
    }
    async setRemoteDescription({ type, sdp }) {
      const lines = sdp.split(/(?<=\\n)/);
      const isCandidate = (line) => line.startsWith('a=candidate:');
      await super.setRemoteDescription({ type, sdp: lines.filter((line) => !isCandidate(line)).join('') });
      for (const line of lines.filter(isCandidate))
        await this.addIceCandidate({ candidate: line.trim().slice(2), sdpMLineIndex: 0 });
    }
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const message = JSON.parse(text);
    if (message.type === 'onIceCandidate') return;
    if (message.type === 'viewer') message.sdpOffer = message.sdpOffer.replace(/a=candidate:.*\\r\\n/g, '');
    send.call(this, JSON.stringify(message));
  };
`;
