/** Words of the screen of one event, of marks on events, and of links to them. */
import { plural } from '../plural.ts';

export const keys = { player: 'Recording', event: 'This event', events: 'Other events' };

export const event = {
  title: (kind: string, camera: string) => `${kind} at ${camera}`,
  goneHint: 'It was deleted, or its camera is not yours to see.',
  recordingsRemoved: 'The recording was removed after its time in storage. The event and its picture stay.',
  stillGoing: 'Not yet: it is still going',
  noEnd: 'The camera reported no end',
  reviewed: 'Reviewed',
  markReviewed: 'Mark reviewed',
  toggleReviewed: 'Reviewed, or not',
  keep: 'Keep',
  kept: 'Kept',
  keptBy: (name: string, when: string) => `by ${name}, ${when}`,
  keepHint: 'What is kept is never removed by retention.',
  toggleKept: 'Keep, or let go',
  keptNotDeleted: 'It is kept: let it go first.',
  download: 'Download',
  share: 'Share',
  remove: 'Delete',
  removeTitle: 'Delete this event?',
  removeText: 'It disappears for everybody at once; its picture and recordings are removed for good.',
  removeAction: 'Delete event',
};

export const marked = {
  reviewed: (count: number) => `${plural(count, 'event', 'events')} marked reviewed.`,
  unreviewed: (count: number) => `${plural(count, 'event', 'events')} back among the unreviewed.`,
  keep: (count: number) => `${plural(count, 'event', 'events')} kept.`,
  unkeep: (count: number) => `${plural(count, 'event', 'events')} no longer kept.`,
  delete: (count: number) => `${plural(count, 'event', 'events')} deleted.`,
};
export const sparedKept = (count: number): string =>
  count === 1 ? 'One is kept and stays.' : `${count} are kept and stay.`;

export const player = {
  controls: 'Playback',
  position: 'Position',
  at: (at: string, of: string) => `${at} of ${of}`,
  play: 'Play',
  pause: 'Pause',
  playPause: 'Play or pause',
  back: (seconds: number) => `Back ${seconds} seconds`,
  forward: (seconds: number) => `Forward ${seconds} seconds`,
  frameBack: 'One frame back',
  frameForward: 'One frame forward',
  speed: 'Speed',
  slower: 'Slower',
  faster: 'Faster',
  volume: 'Volume',
  sound: 'Sound on or off',
  soundOn: 'Turn the sound on',
  soundOff: 'Turn the sound off',
  pictureInPicture: 'Picture in picture',
  fullScreen: 'Full screen',
};

export const share = {
  title: 'Share this event',
  lead: 'A link shows just this event to whoever holds it, without a login.',
  expires: 'The link ends',
  lifetime: (hours: number) =>
    hours < 24 ? `in ${plural(hours, 'hour', 'hours')}` : `in ${plural(hours / 24, 'day', 'days')}`,
  make: 'Make link',
  link: 'The link',
  linkHint: 'Copy it now: it is shown this once.',
  send: 'Send…',
  openLinks: 'Links that open now',
  none: 'There are none.',
  until: (time: string) => `Until ${time}`,
  by: (name: string, opened: number) =>
    `by ${name}, ${opened === 0 ? 'not opened yet' : `opened ${plural(opened, 'time', 'times')}`}`,
  revoke: 'Revoke',
  revoked: 'The link is revoked.',
  sharedBy: (name: string, until: string) => `Shared by ${name}. The link ends on ${until}.`,
  lookAgain: 'Look again',
  expired: 'This link has expired',
  withdrawn: 'This link was withdrawn',
  askAgain: 'Ask whoever sent it to you for a new one.',
  noSuchLink: 'This link does not open',
  noSuchLinkHint: 'Was all of it copied? It ends in 43 letters and digits after a #.',
  deletedHint: 'Whoever shared it has deleted it since.',
  failed: 'The event could not be opened',
};
