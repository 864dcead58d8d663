/** Identity of a camera (contract §2.1): 32 upper-case hexadecimal characters, also its MQTT client id. */

/** `\z`-like: JavaScript's `$` without the m flag matches only at the very end. */
const cameraIdPattern = /^[0-9A-F]{32}$/;

export function isCameraId(text: string): boolean {
  return cameraIdPattern.test(text);
}

/** What a person typed: trimmed and upper-cased; undefined when it is not an id. */
export function normaliseCameraId(text: string): string | undefined {
  const id = text.trim().toUpperCase();
  return isCameraId(id) ? id : undefined;
}

/** Name a camera has until its owner gives one. */
export function defaultCameraName(cameraId: string): string {
  return `Camera ${cameraId.slice(-8)}`;
}
