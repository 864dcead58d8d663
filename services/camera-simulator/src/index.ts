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
export { timestampForms, type TimestampForm } from './timestamp-forms.ts';
export { sendFile, type UploadFile } from './upload-queue.ts';

/** Makes a camera and applies power. It boots in the background: `untilConnected()` waits for it. */
export function startCamera(options: CameraOptions): Camera {
  const camera = new Camera(options);
  camera.start();
  return camera;
}
