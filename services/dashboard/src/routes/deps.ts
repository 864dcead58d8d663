/** What routes are given. */
import type { Counters } from '@apiary/base/counters';
import type { Logger } from '@apiary/base/logger';
import type { inTransaction } from '@apiary/database';
import { readCamera, type CameraRow } from '@apiary/database/camera-queries';
import { readEvent, type EventRow } from '@apiary/database/event-queries';
import type { Callers } from '@apiary/access/callers';
import type { ShareLinks } from '@apiary/access/share-links';
import type { OidcLogin } from '../auth/oidc-login.ts';
import type { LoginThrottle } from '../auth/login-throttle.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { RequestLimits } from '../http/request-limits.ts';
import type { CameraCommands } from '../control/camera-commands.ts';
import type { House } from '../house/house.ts';
import type { Mp4Cache } from '@apiary/recordings/mp4-cache';
import type { UploadFiles } from '@apiary/recordings/upload-files';
import type { Moves } from '../onboarding/moves.ts';
import type { ChangeHub } from '../push/change-hub.ts';

export interface Deps {
  readonly pool: Parameters<typeof inTransaction>[0];
  readonly callers: Callers;
  readonly shares: ShareLinks;
  /** Undefined: local accounts only. */
  readonly oidc: OidcLogin | undefined;
  readonly sessionSecret: string;
  readonly limits: RequestLimits;
  readonly logger: Logger;
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  readonly commands: CameraCommands;
  readonly house: House;
  readonly files: UploadFiles;
  readonly mp4Cache: Mp4Cache;
  readonly hub: ChangeHub;
  readonly counters: Counters;
  /** Whether ffmpeg answers. */
  downloadsWork(): Promise<boolean>;
  readonly dataDir: string;
  /** `/health` of our other services. */
  readonly healthUrls: readonly { readonly name: string; readonly url: string }[];
  brokerConnected(): boolean;
  readonly certsDir: string;
  /** What cameras ask for their configuration, `<address>:<port>`. */
  readonly configHost: string;
  readonly moves: Moves;
  /** IANA name of the time zone of the house. */
  readonly timeZone: string;
  /** `publicKey` undefined: there is none, and nobody can subscribe. */
  readonly webPush: { readonly publicKey: string | undefined; readonly hosts: readonly string[] };
  /** The installation runs live view. */
  readonly liveView: boolean;
}

/** Subject of routes whose path names a camera by `id`. */
export const cameraSubject = (deps: Pick<Deps, 'pool'>) => ({
  what: 'The camera',
  load: ({ id }: { id: string }): Promise<CameraRow | undefined> => readCamera(deps.pool, id),
  cameraId: (camera: CameraRow): string => camera.cameraId,
});

/** Subject of routes whose path names an event by `event`: the rights are those to its camera. */
export const eventSubject = (deps: Pick<Deps, 'pool'>) => ({
  what: 'The event',
  load: ({ event }: { event: string }): Promise<EventRow | undefined> => readEvent(deps.pool, event),
  cameraId: (event: EventRow): string => event.cameraId,
  eventId: (event: EventRow): string => event.eventId,
});
