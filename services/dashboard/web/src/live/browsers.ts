/** What browsers do differently about live video, each with its reason; nothing else asks which browser it is. */

/**
 * H.264 first and alone: cameras send nothing else and nothing is transcoded. Mode 1 of the constrained baseline leads,
 * since some media servers take the first they see. Firefox before 128 has no such preference: there the server chooses
 * H.264 from the list. Where H.264 is missing (some Linux builds) the list stays as it is and the server says so.
 */
export function offerH264Only(
  transceiver: RTCRtpTransceiver,
  Receiver: typeof RTCRtpReceiver | undefined,
): void {
  const codecs = Receiver?.getCapabilities('video')?.codecs.filter(
    ({ mimeType }) => mimeType.toLowerCase() === 'video/h264',
  );
  if (codecs === undefined || codecs.length === 0 || !('setCodecPreferences' in transceiver)) return;
  const rank = ({ sdpFmtpLine = '' }: { sdpFmtpLine?: string }): number =>
    (sdpFmtpLine.includes('packetization-mode=1') ? 0 : 2) +
    (/profile-level-id=42e0/i.test(sdpFmtpLine) ? 0 : 1);
  transceiver.setCodecPreferences(codecs.sort((a, b) => rank(a) - rank(b)));
}

/**
 * Safari and Firefox gather no relay candidates for a connection that only receives and has no local track. The known
 * way round asks for the microphone; ours needs no question: a track of silence, made here. Firefox needs it for as
 * long as it watches, Safari only at the start; it stays, switched off, in both. Chromium needs none, and only a relay
 * needs one at all.
 */
export function silenceForRelay(iceServers: readonly RTCIceServer[]): MediaStreamTrack | undefined {
  const relays = iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith('turn')));
  if (!relays || isChromium() || typeof AudioContext === 'undefined') return undefined;
  try {
    const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
    if (track !== undefined) track.enabled = false;
    return track;
  } catch {
    return undefined;
  }
}

function isChromium(): boolean {
  return typeof navigator !== 'undefined' && /\b(?:Chrome|Chromium)\//.test(navigator.userAgent);
}

/** iPhones know full screen and picture-in-picture only by these names, and only of a video. */
interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  readonly webkitPresentationMode?: string;
}

export async function toggleFullScreen(frame: HTMLElement, video: AppleVideo): Promise<void> {
  // Where there is no full screen the property is missing, not null.
  if (document.fullscreenElement instanceof Element) await document.exitFullscreen();
  else if ('requestFullscreen' in frame) await frame.requestFullscreen();
  else video.webkitEnterFullscreen?.();
}

/** Firefox has picture-in-picture too, but keeps the button to itself. */
export function canFloat(): boolean {
  return (
    ('pictureInPictureEnabled' in document && document.pictureInPictureEnabled) ||
    'webkitSetPresentationMode' in HTMLVideoElement.prototype
  );
}

export async function toggleFloating(video: AppleVideo): Promise<void> {
  if ('pictureInPictureEnabled' in document && document.pictureInPictureEnabled) {
    if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } else
    video.webkitSetPresentationMode?.(
      video.webkitPresentationMode === 'picture-in-picture' ? 'inline' : 'picture-in-picture',
    );
}
