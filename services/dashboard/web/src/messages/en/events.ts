/** Words about events and their recordings. */
import { plural } from '../plural.ts';
import type { Kind } from '../../types.ts';

export const events = {
  title: 'Events',
  allCameras: 'All cameras',
  camera: 'Camera',
  kind: 'Kind',
  everything: 'All',
  none: 'No events yet',
  noneHint: 'When a camera sees or hears something it appears here at once.',
  noneFiltered: 'No events match',
  noneFilteredHint: 'Try another camera or kind.',
  clearFilters: 'Show all events',
  loadingMore: 'Loading earlier events…',
  loadMore: 'Earlier events',
  end: 'That is everything.',
  failed: 'Earlier events could not be loaded.',
  retry: 'Try again',
  today: 'Today',
  yesterday: 'Yesterday',
  open: (kind: string, camera: string, time: string) => `${kind} at ${camera}, ${time}`,
  arrived: (kind: string, camera: string) => `${kind} at ${camera}`,
};

export const kinds = { motion: 'Motion', person: 'Person', sound: 'Sound' } satisfies Record<Kind, string>;

export const eventState = {
  going: 'Still going',
  noEnd: 'No end reported',
  uploading: 'Waiting for the recording',
  noRecording: 'No recording',
  quarantined: 'Recording unusable',
  recordings: (count: number) => plural(count, 'recording', 'recordings'),
  uncertainTime: 'Time of arrival: the camera’s clock was wrong or silent',
};

export const player = {
  close: 'Close',
  newer: 'Newer event',
  older: 'Older event',
  download: 'Download',
  downloadOff: 'To download recordings, install ffmpeg on the server.',
  uploading:
    'The recording has not arrived yet. Cameras send it a little after the event; it starts here by itself.',
  noRecording: 'No recording arrived for this event.',
  quarantined:
    'The camera sent a recording that could not be used. It was set aside on the server, with the reason in its log.',
  failed: 'The recording could not be played.',
  tryAgain: 'Try again',
  more: 'More of this event has arrived. Play all of it',
  gone: 'This event does not exist any more.',
  started: 'Started',
  ended: 'Ended',
  duration: 'Length',
  confidence: 'Confidence',
  recording: 'Recording',
  cameraClock: 'Camera’s clock',
  word: 'The camera calls it',
  sizeAndCount: (size: string, count: number) => `${size} in ${plural(count, 'file', 'files')}`,
};
