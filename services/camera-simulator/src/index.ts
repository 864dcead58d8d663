/** The simulator as a library: `const camera = startCamera({ cameraId, configHost, ca })`, then pull its levers. */
import { Camera } from './camera.ts';
import type { CameraOptions } from './options.ts';

export { Camera } from './camera.ts';
export type { EventOptions, Pledge, ReceivedCommand, RecordingLever, WholeEventOptions } from './camera.ts';
export type { CameraOptions, Obedience, UploadStyle, WillForm } from './options.ts';
export type { CameraFact } from './facts.ts';
export type { AcknowledgedUpload } from './ledger.ts';
export { recordingZip, thumbnailZip, rawZip, encryptSegment } from './archives.ts';
export { firmwareFetch, FirmwareHttpsError } from './firmware-https.ts';
export { simulatedCameraId } from './identity.ts';
export { loadMedia, defaultMediaDir } from './media.ts';
export { scenarios, findScenario, type Scenario, type Step } from './scenarios.ts';
export { runScenario } from './run-scenario.ts';
export { liveAlong } from './random-life.ts';
export { LiveView } from './live/live-view.ts';
export { LiveStream, type EndReason, type LiveOptions } from './live/live-stream.ts';
export type { LineQuality } from './live/line.ts';
export { audioSsrc, readPlaySdp, videoSsrc, type PlaySdp } from './live/play-sdp.ts';
export { defaultClipDir, loadLiveClip, madeClipDir, sampleClipDir, type LiveClip } from './live/live-clip.ts';
export { fullClip, makeLiveClip, sampleClip, type ClipPlan } from './live/make-clip.ts';
export { readFrameNumber } from './live/frame-number.ts';
export { flashFrames } from './live/test-picture.ts';
export { timestampForms, type TimestampForm } from './timestamp-forms.ts';
export { sendFile, type UploadFile } from './upload-queue.ts';

/** Makes a camera and applies power. It boots in the background: `untilConnected()` waits for it. */
export function startCamera(options: CameraOptions): Camera {
  const camera = new Camera(options);
  camera.start();
  return camera;
}
