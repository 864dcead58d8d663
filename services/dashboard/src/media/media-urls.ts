/** URLs of an event's media. Event ids hold any characters, so they are always percent-encoded. */
const media = (kind: string, eventId: string): string => `/api/media/${kind}/${encodeURIComponent(eventId)}`;

export const mediaUrls = {
  thumbnail: (eventId: string) => media('thumbnail', eventId),
  playlist: (eventId: string) => `${media('playlist', eventId)}.m3u8`,
  download: (eventId: string) => media('download', eventId),
  /** Key of the first recording, or of the one named. */
  key: (eventId: string, recordingId?: number) =>
    media('key', eventId) + (recordingId === undefined ? '' : `?recording=${recordingId}`),
  segment: (eventId: string, name: string) => `${media('segment', eventId)}/${name}`,
};
