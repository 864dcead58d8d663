/**
 * Scenarios as data: what cameras were seen, or must be expected, to do to a platform. A scenario is a list of steps;
 * run-scenario.ts performs them. Event names (`a`) stand for a fresh UUID a run; `{ID}` in texts for the camera id.
 */
import type { JsonValue } from '@apiary/contract';
import type { TimestampForm } from './timestamp-forms.ts';

export type Payload = { readonly json: JsonValue } | { readonly text: string } | { readonly base64: string };

export type Step =
  | {
      readonly do: 'start' | 'stop';
      readonly event: string;
      readonly activityType?: string;
      readonly confidence?: number;
      readonly timestampForm?: TimestampForm;
    }
  | { readonly do: 'thumbnail'; readonly event: string; readonly sequence?: number; readonly part?: number }
  | {
      readonly do: 'recording';
      readonly event: string;
      readonly sequence?: number;
      readonly part?: number;
      readonly segments?: number;
      readonly firstNumber?: number;
      readonly quality?: '1080p' | '720p';
    }
  /** A lone attempt, not retried: names and ZIP entries as given. */
  | {
      readonly do: 'upload';
      readonly event: string;
      readonly category: string;
      readonly fileName: string;
      /** What the camera says it is; default: its id. */
      readonly sourceId?: string;
      readonly entries: Readonly<Record<string, 'segment' | 'still' | 'text'>>;
    }
  /** `topic`: below the publish prefix, or from the root when it starts with `prod/`. */
  | { readonly do: 'message'; readonly topic: string; readonly payload: Payload }
  | { readonly do: 'wait'; readonly ms: number }
  /** Until the platform has acknowledged all that is owed. */
  | { readonly do: 'settle' }
  | { readonly do: 'hold-uploads' | 'release-uploads' }
  | { readonly do: 'power-cut'; readonly offMs: number }
  /** The MQTT socket is cut; goes on when the camera is back. */
  | { readonly do: 'drop' }
  | { readonly do: 'clock'; readonly offsetMs: number }
  | { readonly do: 'heartbeat' }
  | { readonly do: 'repeat'; readonly times: number; readonly steps: readonly Step[] };

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly steps: readonly Step[];
}

const dayMs = 86_400_000;
const whole = (event: string): readonly Step[] => [
  { do: 'start', event, activityType: 'MOTION_SMART', confidence: 0.87 },
  { do: 'thumbnail', event },
  { do: 'wait', ms: 1000 },
  { do: 'recording', event, segments: 2 },
  { do: 'stop', event },
  { do: 'settle' },
];

export const scenarios: readonly Scenario[] = [
  {
    name: 'normal',
    summary: 'start, thumbnail, one recording, stop',
    steps: whole('a'),
  },
  {
    name: 'upload-before-start',
    summary: 'the files arrive before the start message, in the same second or earlier',
    steps: [
      { do: 'thumbnail', event: 'a' },
      { do: 'recording', event: 'a', segments: 2 },
      { do: 'settle' },
      { do: 'start', event: 'a', activityType: 'AUDIO_ALL' },
      { do: 'stop', event: 'a' },
      { do: 'settle' },
    ],
  },
  {
    name: 'no-stop',
    summary: 'the stop never comes, as with one of two cameras in the field',
    steps: [
      { do: 'start', event: 'a', activityType: 'MOTION_ALL' },
      { do: 'thumbnail', event: 'a' },
      { do: 'recording', event: 'a', segments: 3 },
      { do: 'settle' },
    ],
  },
  {
    name: 'stop-before-start',
    summary: 'the stop overtakes the start',
    steps: [
      { do: 'stop', event: 'a' },
      { do: 'settle' },
      { do: 'start', event: 'a' },
      { do: 'recording', event: 'a', segments: 1 },
      { do: 'settle' },
    ],
  },
  {
    name: 'duplicate-start',
    summary: 'the start is repeated, also after a lost connection',
    steps: [
      { do: 'start', event: 'a' },
      { do: 'start', event: 'a' },
      { do: 'drop' },
      { do: 'start', event: 'a' },
      { do: 'thumbnail', event: 'a' },
      { do: 'recording', event: 'a', segments: 1 },
      { do: 'stop', event: 'a' },
      { do: 'stop', event: 'a' },
      { do: 'settle' },
    ],
  },
  {
    name: 'late-queue',
    summary: 'files wait in the queue over a reboot and arrive long after newer events',
    steps: [
      { do: 'hold-uploads' },
      { do: 'clock', offsetMs: -3 * dayMs },
      { do: 'start', event: 'old' },
      { do: 'thumbnail', event: 'old' },
      { do: 'recording', event: 'old', segments: 2 },
      { do: 'clock', offsetMs: 0 },
      { do: 'power-cut', offMs: 500 },
      { do: 'start', event: 'new' },
      { do: 'stop', event: 'new' },
      { do: 'wait', ms: 1000 },
      { do: 'release-uploads' },
      { do: 'settle' },
      { do: 'stop', event: 'old' },
      { do: 'settle' },
    ],
  },
  {
    name: 'wrong-clock',
    summary: 'the clock stands at 1970, then a year ahead, then every written form of a time',
    steps: [
      { do: 'clock', offsetMs: -20_000 * dayMs },
      { do: 'start', event: 'past' },
      { do: 'heartbeat' },
      { do: 'stop', event: 'past' },
      { do: 'clock', offsetMs: 365 * dayMs },
      { do: 'start', event: 'future' },
      { do: 'thumbnail', event: 'future' },
      { do: 'stop', event: 'future' },
      { do: 'clock', offsetMs: 0 },
      ...(
        [
          'milliseconds',
          'digits',
          'iso',
          'iso-micro',
          'iso-no-zone',
          'creationTimestamp',
          'missing',
          'null',
          'nonsense',
        ] as const
      ).flatMap((timestampForm): Step[] => [
        { do: 'start', event: timestampForm, timestampForm },
        { do: 'stop', event: timestampForm, timestampForm },
      ]),
      { do: 'settle' },
    ],
  },
  {
    name: 'two-recordings',
    summary: 'one event, two recording files whose segment numbers restart',
    steps: [
      { do: 'start', event: 'a' },
      { do: 'thumbnail', event: 'a' },
      { do: 'recording', event: 'a', sequence: 1, segments: 3 },
      { do: 'recording', event: 'a', sequence: 2, segments: 2 },
      { do: 'stop', event: 'a' },
      { do: 'settle' },
    ],
  },
  {
    name: 'long-event',
    summary: 'five recordings in one event, the second before the first, both qualities, thumbnails repeated',
    steps: [
      { do: 'start', event: 'a' },
      { do: 'thumbnail', event: 'a', sequence: 1 },
      { do: 'recording', event: 'a', sequence: 2 },
      { do: 'recording', event: 'a', sequence: 1 },
      { do: 'thumbnail', event: 'a', sequence: 2 },
      { do: 'recording', event: 'a', sequence: 3, firstNumber: 14 },
      { do: 'recording', event: 'a', sequence: 4, quality: '720p' },
      { do: 'recording', event: 'a', sequence: 4, part: 1, segments: 2 },
      { do: 'stop', event: 'a' },
      { do: 'settle' },
    ],
  },
  {
    name: 'reconnect-storm',
    summary: 'ten lost connections in a row with events between them, then a power cut',
    steps: [
      {
        do: 'repeat',
        times: 10,
        steps: [{ do: 'start', event: 'storm' }, { do: 'drop' }],
      },
      { do: 'stop', event: 'storm' },
      { do: 'power-cut', offMs: 200 },
      ...whole('after'),
    ],
  },
  {
    name: 'malformed-payloads',
    summary: 'nulls, lists, bare words, broken UTF-8, huge numbers, unknown topics; then a normal event',
    steps: [
      ...(
        [
          ['activity/start', { text: 'not json' }],
          ['activity/start', { text: '' }],
          ['activity/start', { json: null }],
          ['activity/start', { json: [] }],
          ['activity/start', { json: { eventId: null, activityType: null, timestamp: null, region: null } }],
          ['activity/start', { json: { eventId: 'x'.repeat(500), activityType: 'MOTION' } }],
          ['activity/start', { json: { eventId: 'nul\u0000inside', timestamp: 1e308, confidence: 12 } }],
          ['activity/start', { base64: '//79eyJhIjoxfQ==' }],
          ['activity/stop', { json: { eventId: {}, timestamp: -1 } }],
          ['activity/pause', { json: { activityType: 'MOTION' } }],
          ['camera/state', { json: { mode: 7, settings: null } }],
          ['camera/state', { text: '"armed"' }],
          ['stream/answer', { json: { sdp: 'v=0' } }],
          [
            'prod/device/status/hive-cam/{ID}',
            { json: { battery: null, radio: null, ethernet: null, temperature: 'warm', uptime: 1e400 } },
          ],
          ['prod/device/status/hive-cam/{ID}', { json: { battery: { level: '85' }, ethernet: [] } }],
          ['prod/device/telemetry/hive-cam/{ID}', { json: {} }],
        ] as const
      ).map(([topic, payload]): Step => ({ do: 'message', topic, payload: { ...payload } as Payload })),
      ...whole('a'),
    ],
  },
  {
    name: 'hostile-names',
    summary:
      'file names, categories, ids and ZIP entries that try to leave their folder; then a normal event',
    steps: [
      {
        do: 'upload',
        event: 'a',
        category: 'activity',
        fileName: '../../../../escape.zip',
        entries: { '/1080p/0.ts': 'segment' },
      },
      {
        do: 'upload',
        event: 'a',
        category: '../../escape',
        fileName: 'a-1-0.zip',
        entries: { '/1080p/0.ts': 'segment' },
      },
      {
        do: 'upload',
        event: 'a',
        category: 'activity',
        fileName: '/etc/cron.d/escape.zip',
        entries: { '/1080p/0.ts': 'segment' },
      },
      {
        do: 'upload',
        event: 'a',
        category: 'activity',
        fileName: 'a-1-0.zip',
        sourceId: '../../../escape',
        entries: { '/1080p/0.ts': 'segment' },
      },
      {
        do: 'upload',
        event: 'a',
        category: 'activity',
        fileName: 'a-1-0.zip',
        sourceId: '+',
        entries: { '/1080p/0.ts': 'segment' },
      },
      {
        do: 'upload',
        event: 'climbs',
        category: 'activity',
        fileName: '{EVENT}-1-0.zip',
        entries: { '../../../../escape.ts': 'segment', '/1080p/../../../escape.ts': 'text' },
      },
      {
        do: 'upload',
        event: 'climbs',
        category: 'thumbnail',
        fileName: '{EVENT}-1-1.zip',
        entries: { '/../../escape.jpg': 'still' },
      },
      ...whole('after'),
    ],
  },
];

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
