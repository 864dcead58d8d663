/**
 * Every word of the page, in one place: a second language is a second object of this shape. Texts with values are
 * functions, so that a language may order and inflect as it needs.
 */
import type { Kind, Mode, SoundType } from './types.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const english = {
  product: 'Apiary',
  loading: 'Loading…',

  login: {
    title: 'Log in',
    lead: 'Your cameras, at home.',
    username: 'User name',
    password: 'Password',
    show: 'Show password',
    hide: 'Hide password',
    submit: 'Log in',
    busy: 'Logging in…',
    hint: 'The first start of Apiary printed the password of the account “admin”.',
  },
  account: { menu: (name: string) => `Account of ${name}`, logOut: 'Log out' },

  connection: {
    live: 'Live',
    connecting: 'Connecting…',
    reconnecting: 'Reconnecting…',
    offline: 'Offline',
    liveHint: 'Changes appear here by themselves.',
    staleSince: (age: string) => `What you see is from ${age}. It comes back by itself.`,
    retry: 'Try now',
  },

  cameras: {
    title: 'Cameras',
    summary: (connected: number, all: number) => `${connected} of ${all} connected`,
    connected: 'Connected',
    disconnected: 'Not connected',
    since: (time: string) => `since ${time}`,
    lastHeard: (age: string) => `last heard ${age}`,
    neverHeard: 'never heard',
    noPicture: 'No picture yet',
    noPictureHint: 'The first event brings one.',
    pictureAge: (age: string) => `Picture from ${age}`,
    openLast: (camera: string, age: string) => `Open the last picture of ${camera}, from ${age}`,
    firmware: 'Firmware',
    address: 'Address',
    battery: 'Battery',
    signal: 'Signal',
    unknown: 'not known',
    mode: 'Mode',
    modeOf: (camera: string) => `Mode of ${camera}`,
    more: (camera: string) => `More for ${camera}`,
    rename: 'Rename…',
    settings: 'Settings…',
    sound: 'Play a sound…',
    events: 'Show its events',
    reboot: 'Reboot…',
    unclaimed: (count: number) =>
      `${plural(count, 'camera has', 'cameras have')} asked for a configuration and not connected yet`,
  },

  modes: {
    armed: 'Armed',
    livestreamonly: 'Live view only',
    privacy: 'Privacy',
  } satisfies Record<Mode, string>,
  modeHints: {
    armed: 'Detects and records',
    livestreamonly: 'No detection; live view is allowed',
    privacy: 'Sees and hears nothing',
  } satisfies Record<Mode, string>,
  modeState: {
    unknown: 'The camera has not said its mode yet.',
    asked: (mode: string) => `Asked for “${mode}”. Waiting for the camera.`,
    stored: (mode: string) => `“${mode}” is set when the camera is back.`,
  },

  commands: {
    names: {
      'system/setmode': 'Mode',
      'system/reboot': 'Reboot',
      'settings/update': 'Settings',
      'sound/play': 'Sound',
      'sound/stop': 'Stop sound',
    } as Readonly<Record<string, string>>,
    other: 'Command',
    sending: (name: string) => `${name}: sending…`,
    pending: (name: string) => `${name}: waiting for the camera…`,
    stored: (name: string) => `${name}: kept until the camera is back`,
    confirmed: (name: string) => `${name}: confirmed by the camera`,
    refused: (name: string, detail: string | null) =>
      `${name}: refused by the camera${detail === null ? '' : ` (${detail})`}`,
    timeout: (name: string) => `${name}: the camera has not answered`,
    failed: (name: string, reason: string) => `${name}: ${reason}`,
    dismiss: 'Dismiss',
  },

  dialogs: {
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    saving: 'Saving…',
    renameTitle: (camera: string) => `Rename ${camera}`,
    name: 'Name',
    nameEmpty: 'Give the camera a name.',
    rebootTitle: (camera: string) => `Reboot ${camera}?`,
    rebootText: 'The camera is away for about a minute and records nothing meanwhile.',
    rebootConfirm: 'Reboot',
    soundTitle: (camera: string) => `Play a sound on ${camera}`,
    soundWhich: 'Sound',
    soundLength: 'For how long',
    soundOnce: 'Once (about 20 s)',
    seconds: (count: number) =>
      count < 60 ? plural(count, 'second', 'seconds') : plural(count / 60, 'minute', 'minutes'),
    soundPlay: 'Play',
    soundStop: 'Stop',
    settingsTitle: (camera: string) => `Settings of ${camera}`,
    settingsSend: 'The camera gets the whole set whenever one of them changes.',
    settingsUnchanged: 'Nothing has changed.',
  },
  sounds: {
    HOUSE_ALARM: 'House alarm',
    POLICE_SIREN: 'Police siren',
    DOG_BARK: 'Dog bark',
    LULLABY: 'Lullaby',
  } satisfies Record<SoundType, string>,

  settings: {
    groups: { picture: 'Picture', detection: 'Detection', sound: 'Sound', device: 'On the camera' },
    names: {
      resolution: 'Resolution',
      frameRate: 'Frames a second',
      nightVision: 'Night vision',
      wdr: 'Wide dynamic range',
      invertImage: 'Upside down',
      motionDetection: 'Motion',
      audioDetection: 'Sounds',
      cameraAudio: 'Record sound',
      volume: 'Speaker volume',
      soundAlert: 'Beep on events',
      ledDot: 'Status light',
      ledRing: 'Ring light',
    } as Readonly<Record<string, string>>,
    values: {
      R_1080P: '1080p',
      R_720P: '720p',
      R_480P: '480p',
      _30FPS: '30',
      _15FPS: '15',
      _10FPS: '10',
      SMART: 'Smart',
      ALL: 'Everything',
      OFF: 'Off',
      AUTO: 'Automatic',
      ON: 'On',
      HIGH: 'High',
      MEDIUM: 'Medium',
      LOW: 'Low',
    } as Readonly<Record<string, string>>,
  },

  empty: {
    title: 'No camera yet',
    lead: 'A camera shows up here by itself as soon as it has found this server.',
    real: 'Bring a real camera',
    realSteps: [
      'Point the camera’s configuration host at this server and add this server’s CA to the camera’s own bundle. The guide “bring a camera” in docs/guide shows each step.',
      'If the camera wants a DNS name, give SERVER_NAME in .env and let your router answer it with this server’s address.',
      'Power the camera off and on. It connects within a minute.',
    ],
    demo: 'Or try it with two simulated ones',
    demoText: 'On the server, in the folder of Apiary:',
    demoCommand: 'make demo',
  },

  events: {
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
  },
  kinds: { motion: 'Motion', person: 'Person', sound: 'Sound' } satisfies Record<Kind, string>,

  eventState: {
    going: 'Still going',
    noEnd: 'No end reported',
    uploading: 'Waiting for the recording',
    noRecording: 'No recording',
    quarantined: 'Recording unusable',
    recordings: (count: number) => plural(count, 'recording', 'recordings'),
    uncertainTime: 'Time of arrival: the camera’s clock was wrong or silent',
  },

  player: {
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
  },

  errors: {
    network: 'The server cannot be reached.',
    unexpected: 'Something went wrong.',
    timeout: 'The server has not answered.',
  },
};

export type Messages = typeof english;
export const t: Messages = english;
/** For Intl: words are English, forms of dates and numbers are the reader's own. */
export const locale: string | undefined = undefined;
