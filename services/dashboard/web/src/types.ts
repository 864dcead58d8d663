/** Shapes of the API as the page uses them: types only, nothing of the service is bundled. */
import type { Bootstrap, CameraSettingsAnswer, Notifications } from '../../src/api-types.ts';

export type {
  Accepted,
  Account,
  AccountList,
  AddCameraProgress,
  ApiError,
  ApiToken,
  ApiTokenList,
  AuditEntry,
  AuditList,
  Bootstrap,
  BulkResult,
  Camera,
  CameraEvent,
  CameraHistory,
  CameraMessages,
  CameraMove,
  CameraMoveRequest,
  CameraMoves,
  CameraSettingsAnswer,
  CameraSettingsChange,
  CamerasNow,
  CommandOutcome,
  CreatedApiToken,
  CreatedShareLink,
  CreatedUser,
  DeliveryList,
  DryRunResult,
  EventCounts,
  EventList,
  EventPlace,
  FirstContact,
  House,
  HouseSetResult,
  LoginMethods,
  LoginSession,
  LoginSessionList,
  Logs,
  Me,
  NewUser,
  Notifications,
  NotificationTestResult,
  Preset,
  PresetChange,
  Retention,
  RetentionDryRun,
  RetentionSettings,
  ReviewEvent,
  ReviewList,
  ReviewSummary,
  Schedule,
  ScheduleChange,
  SharedEvent,
  ShareLink,
  ShareLinkList,
  Storage,
  StorageTask,
  StorageTasks,
  StreamEvent,
  System,
  Trust,
  UnclaimedCamera,
  User,
  UserChange,
} from '../../src/api-types.ts';

export type { WebPush } from '../../src/schemas/notifications.ts';

export type NotificationRule = Notifications['house'];
export type Kind = Bootstrap['events'][number]['kind'];
export type Mode = NonNullable<Bootstrap['cameras'][number]['requestedMode']>;
export type CameraSettings = CameraSettingsAnswer['settings'];
export type SoundType = 'POLICE_SIREN' | 'DOG_BARK' | 'LULLABY' | 'HOUSE_ALARM';

export const kinds = ['person', 'motion', 'sound'] as const satisfies readonly Kind[];
export const modes = ['armed', 'livestreamonly', 'privacy'] as const satisfies readonly Mode[];
export const soundTypes = [
  'HOUSE_ALARM',
  'POLICE_SIREN',
  'DOG_BARK',
  'LULLABY',
] as const satisfies readonly SoundType[];
