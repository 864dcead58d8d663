/**
 * Types of the API for those who call it: the page imports this file and nothing else of the service, as types only.
 *
 * Errors of every route: status 4xx or 5xx with `ApiError`. A route is called with the login cookie; requests that
 * change something also need to come from our own origin (browsers do that by themselves).
 *
 * The stream, `GET /api/stream?after=<Bootstrap.revision>` (an EventSource; after a cut the browser sends
 * Last-Event-ID by itself): events named `camera` (data: Camera), `event` (CameraEvent), `command` (CommandOutcome),
 * `removed` (Removed: an event or camera is gone), `changed` (Changed: fetch that resource again),
 * `reset` (StreamReset: fetch /api/bootstrap again). A record may come twice or come again
 * unchanged: replace what you hold when its `revision` is not lower.
 */
import type { z } from 'zod';
import type * as schemas from './api-schemas.ts';
import type { trustSchema } from './routes/trust.ts';
import type * as keys from './schemas/keys.ts';
import type * as people from './schemas/people.ts';

export type ApiError = z.output<typeof schemas.errorSchema>;
/** One of the list of GET /api/cameras, and GET /api/cameras/{id}. */
export type Camera = z.output<typeof schemas.cameraSchema>;
/** One of the list of GET /api/events, and GET /api/events/{id}. */
export type CameraEvent = z.output<typeof schemas.eventSchema>;
export type CameraList = z.output<typeof schemas.cameraListSchema>;
export type EventList = z.output<typeof schemas.eventListSchema>;
/** Query of GET /api/events; all optional. */
export type EventQuery = Partial<z.input<typeof schemas.eventQuerySchema>>;

export type User = z.output<typeof people.userSchema>;
/** GET /api/auth/me, POST /api/auth/login. */
export type Me = z.output<typeof people.meSchema>;
export type LoginRequest = z.input<typeof people.loginBodySchema>;
/** POST /api/auth/password; ends every other login session of the account. */
export type PasswordChange = z.input<typeof people.passwordBodySchema>;

export type LoginMethods = z.output<typeof people.loginMethodsSchema>;
export type Account = z.output<typeof people.accountSchema>;
export type AccountList = z.output<typeof people.accountListSchema>;
export type NewUser = z.input<typeof people.newUserBodySchema>;
export type UserChange = z.input<typeof people.userChangeBodySchema>;
/** An account and its generated password, shown this once. */
export type CreatedUser = z.output<typeof people.createdUserSchema>;
export type LoginSession = z.output<typeof keys.loginSessionSchema>;
export type LoginSessionList = z.output<typeof keys.loginSessionListSchema>;
export type ApiToken = z.output<typeof keys.apiTokenSchema>;
export type ApiTokenList = z.output<typeof keys.apiTokenListSchema>;
export type NewApiToken = z.input<typeof keys.newTokenBodySchema>;
export type CreatedApiToken = z.output<typeof keys.createdTokenSchema>;
export type ShareLink = z.output<typeof keys.shareLinkSchema>;
export type ShareLinkList = z.output<typeof keys.shareListSchema>;
export type CreatedShareLink = z.output<typeof keys.createdShareSchema>;
/** POST /api/share/open. */
export type SharedEvent = z.output<typeof schemas.sharedEventSchema>;

/** GET /api/bootstrap: all a first screen needs. */
export type Bootstrap = z.output<typeof schemas.bootstrapSchema>;
export type ServerInfo = z.output<typeof schemas.serverInfoSchema>;

/** Answer 202 to a command. */
export type Accepted = z.output<typeof schemas.acceptedSchema>;
export type CameraSettingsAnswer = z.output<typeof schemas.settingsSchema>;
export type CameraSettingsChange = z.input<typeof schemas.settingsBodySchema>;
export type SoundRequest = z.input<typeof schemas.soundBodySchema>;
export type CameraRename = z.input<typeof schemas.renameBodySchema>;

export type CommandOutcome = z.output<typeof schemas.commandOutcomeSchema>;
export type StreamReset = z.output<typeof schemas.streamResetSchema>;
export type Removed = z.output<typeof schemas.removedSchema>;
export type Changed = z.output<typeof schemas.changedSchema>;
/** What the stream carries, as event name and parsed data. */
export type StreamEvent =
  | { readonly name: 'camera'; readonly data: Camera }
  | { readonly name: 'event'; readonly data: CameraEvent }
  | { readonly name: 'command'; readonly data: CommandOutcome }
  | { readonly name: 'removed'; readonly data: Removed }
  | { readonly name: 'changed'; readonly data: Changed }
  | { readonly name: 'reset'; readonly data: StreamReset };

export type { AddCameraProgress, CameraMove, CameraMoveRequest, CameraMoves } from './schemas/add-camera.ts';
export type {
  Logs,
  Retention,
  RetentionDryRun,
  RetentionSettings,
  Storage,
  StorageTask,
  StorageTaskRequest,
  StorageTasks,
  System,
} from './schemas/system.ts';
export type { CameraHistory, CameraMessages, CamerasNow, FirstContact } from './schemas/history.ts';
export type {
  House,
  HouseSet,
  HouseSetResult,
  Preset,
  PresetChange,
  Schedule,
  ScheduleChange,
} from './schemas/house.ts';
export type {
  DeliveryList,
  DryRunResult,
  Notifications,
  NotificationTestResult,
  WebPush,
} from './schemas/notifications.ts';
export type {
  BulkResult,
  EventCounts,
  EventIds,
  EventPlace,
  ReviewEvent,
  ReviewList,
  ReviewQuery,
  ReviewSummary,
} from './schemas/review.ts';

export type UnclaimedCamera = z.output<typeof schemas.unclaimedCameraSchema>;
export type UnclaimedList = z.output<typeof schemas.unclaimedListSchema>;
export type AuditEntry = z.output<typeof schemas.auditEntrySchema>;
export type AuditList = z.output<typeof schemas.auditListSchema>;

/** GET /api/trust */
export type Trust = z.output<typeof trustSchema>;
