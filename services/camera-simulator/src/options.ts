/** What a simulated camera can be told at its start. Everything but id, config host and CA has a camera-like default. */
import type { ConnectTo } from './firmware-https.ts';
import type { TimestampForm } from './timestamp-forms.ts';
import type { CameraFact } from './facts.ts';
import type { LiveOptions } from './live/live-stream.ts';

/** How the offline message looks (contract §6.1): JSON with a status, JSON with an event type, or the bare word. */
export type WillForm = 'status' | 'event-type' | 'bare-word';
/** How files go up: ask for a URL and PUT there; the same without the x-amz-meta headers; or the seed's one POST. */
export type UploadStyle = 'presigned' | 'presigned-no-headers' | 'hivecam-upload';
/** `refuse` answers with the old state; `ignore` says nothing. */
export type Obedience = 'obey' | 'refuse' | 'ignore';

export interface CameraOptions {
  /** 32 upper-case hex characters; scenarios up to no good may give something else. */
  readonly cameraId: string;
  /** `host:port` as in the camera's database; the config server's certificate must have this host as its CN. */
  readonly configHost: string;
  /** PEM of the platform's CA. */
  readonly ca: string;
  readonly connectTo?: ConnectTo;

  readonly firmwareVersion?: string;
  readonly willForm?: WillForm;
  readonly timestampForm?: TimestampForm;
  readonly uploadStyle?: UploadStyle;
  /** POST where GET is meant. Default: every second camera (by id). */
  readonly usePost?: boolean;
  /** Announce upload bodies with Expect: 100-continue. Default: every fourth camera. */
  readonly expectContinue?: boolean;
  /** Publishes its mode after connecting. Not proven of real cameras; default: true. */
  readonly stateAtConnect?: boolean;
  readonly publishQos?: 0 | 1;
  /** Shortens the heartbeat; default: what the configuration says. */
  readonly statusIntervalMs?: number;
  readonly keepaliveSeconds?: number;
  /** First pause after a failed boot step or a lost connection; doubles up to the maximum, as the SDK does. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
  /** Pause after a failed upload; doubles up to twenty times this. */
  readonly uploadRetryMs?: number;
  /** From the reboot command until the camera asks for its configuration again. */
  readonly rebootMs?: number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** The SDK drops longer commands without telling (contract §6.1). */
  readonly receiveBufferBytes?: number;
  /** Milliseconds the camera's clock is off. */
  readonly clockOffsetMs?: number;
  readonly mediaDir?: string;
  /** Battery level of heartbeats; a mains camera (default) sends none. */
  readonly batteryLevel?: number;
  /** Live view: bitrates, limits and how bad the line is. */
  readonly live?: LiveOptions;
  readonly onFact?: (fact: CameraFact) => void;
}
