import { saveFile } from '../ui/save-file.ts';

/** A still of what a video shows now, saved as PNG at the camera's own size. */
export async function saveSnapshot(video: HTMLVideoElement, cameraName: string): Promise<boolean> {
  if (video.videoWidth === 0) return false;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) return false;
  saveFile(blob, snapshotName(cameraName, new Date()));
  return true;
}

/** `Front door 2026-03-01 14-05-09.png`: local time, and no character that a file system refuses. */
export function snapshotName(cameraName: string, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
  const name = cameraName.replace(/[\u0000-\u001f\\/:*?"<>|]+/g, ' ').trim();
  return `${name === '' ? 'Camera' : name} ${day} ${time}.png`;
}
