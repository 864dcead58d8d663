/** What support needs of a camera, as one JSON file: its last messages and its first contact. */
import { rest } from '../api.ts';
import { saveFile } from '../ui/save-file.ts';
import type { CameraMessages, FirstContact } from '../types.ts';

const pageSize = 200;
const mostMessages = 2000;

export function messagesPath(cameraId: string, limit: number, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== null) query.set('cursor', cursor);
  return `/api/cameras/${encodeURIComponent(cameraId)}/messages?${query.toString()}`;
}

/**
 * @param onProgress told how many messages have come
 * @throws ApiFailure
 */
export async function saveSupportFile(cameraId: string, onProgress: (count: number) => void): Promise<void> {
  const { files } = await rest.get<FirstContact>(
    `/api/cameras/${encodeURIComponent(cameraId)}/first-contact`,
  );
  const messages: CameraMessages['messages'] = [];
  let cursor: string | null = null;
  do {
    const page: CameraMessages = await rest.get(messagesPath(cameraId, pageSize, cursor));
    messages.push(...page.messages);
    cursor = page.nextCursor;
    onProgress(messages.length);
  } while (cursor !== null && messages.length < mostMessages);
  const text = JSON.stringify(
    { cameraId, savedAt: new Date().toISOString(), messages, firstContact: files },
    null,
    2,
  );
  saveFile(new Blob([text], { type: 'application/json' }), `${cameraId}.json`);
}
