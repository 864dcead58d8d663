/** Words about cameras: cards, modes, commands, sounds, settings. */
import { plural } from '../plural.ts';
import type { Mode, SoundType } from '../../types.ts';

export const cameras = {
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
  openLast: (camera: string, age: string) => `Picture from ${age}: open it, ${camera}`,
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
  today: 'Today',
  eventsToday: (count: number) =>
    count === 0 ? 'no events today' : plural(count, 'event today', 'events today'),
  pause: 'No alerts for an hour',
  endPause: 'Let alerts come again',
  pausedUntil: (time: string) => `No alerts until ${time}`,
  pauseBegun: (camera: string) => `${camera}: no alerts for an hour. Events are recorded all the same.`,
  pauseOver: (camera: string) => `${camera}: alerts come again.`,
  reboot: 'Reboot…',
  unclaimed: (count: number) =>
    `${plural(count, 'camera has', 'cameras have')} asked for a configuration and not connected yet`,
};

export const modes = {
  armed: 'Armed',
  livestreamonly: 'Live view only',
  privacy: 'Privacy',
} satisfies Record<Mode, string>;

export const modeHints = {
  armed: 'Detects and records',
  livestreamonly: 'No detection; live view is allowed',
  privacy: 'Sees and hears nothing',
} satisfies Record<Mode, string>;

export const modeState = {
  unknown: 'The camera has not said its mode yet.',
  asked: (mode: string) => `Asked for “${mode}”. Waiting for the camera.`,
  stored: (mode: string) => `“${mode}” is set when the camera is back.`,
};

export const commands = {
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
};

export const sounds = {
  HOUSE_ALARM: 'House alarm',
  POLICE_SIREN: 'Police siren',
  DOG_BARK: 'Dog bark',
  LULLABY: 'Lullaby',
} satisfies Record<SoundType, string>;

export const settings = {
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
};

export const empty = {
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
};
