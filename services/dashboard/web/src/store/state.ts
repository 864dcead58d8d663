/**
 * Everything the page knows, as one value. Changed by reducer.ts alone; asks nothing of the network and of React.
 *
 * Events lie in one map whichever way they came. A list is the known events that match its filter, down to its
 * `horizon`: the oldest one its pages have reached. Below it more may exist on the server, so nothing is shown there.
 */
import type { Bootstrap, Camera, CameraEvent, UnclaimedCamera, User } from '../types.ts';
import type { EventFilter } from './filter.ts';

export interface EventListState {
  readonly filter: EventFilter;
  /** Continues the list; null: its end is reached. */
  readonly cursor: string | null;
  /** Undefined: the list is complete. */
  readonly horizon: EventPlace | undefined;
  readonly loading: boolean;
  readonly failed: boolean;
  readonly loaded: boolean;
}
/** Place in the order of lists: newest first, then id. */
export interface EventPlace {
  readonly startedAt: string;
  readonly id: string;
}

export type CommandState = 'sending' | 'pending' | 'stored' | 'confirmed' | 'refused' | 'timeout' | 'failed';
export interface CommandEntry {
  /** The request id once known, before that a local key. */
  readonly key: string;
  readonly cameraId: string;
  readonly command: string;
  readonly state: CommandState;
  readonly detail: string | null;
  readonly sentAt: number;
}

export type Link = 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface State {
  readonly phase: 'starting' | 'logged-out' | 'password' | 'ready' | 'failed';
  readonly failure: string | null;
  readonly user: User | null;
  readonly server: Bootstrap['server'] | null;
  /** Actions (packages/access) the server allows this user; screens and buttons for others are left out. */
  readonly allowed: ReadonlySet<string>;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly unclaimed: readonly UnclaimedCamera[];
  readonly events: ReadonlyMap<string, CameraEvent>;
  /** Ids that came live, for a short highlight. */
  readonly fresh: ReadonlySet<string>;
  /** Revisions at which ids of events and cameras went: an older record of theirs that comes late is not taken. */
  readonly removed: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, EventListState>;
  readonly commands: readonly CommandEntry[];
  readonly link: Link;
  /** When `link` stopped being live, ms; null while it is. */
  readonly linkLostAt: number | null;
}

export type Action =
  | { readonly type: 'logged-out' }
  | { readonly type: 'password-required'; readonly user: User }
  | { readonly type: 'start-failed'; readonly reason: string }
  | { readonly type: 'bootstrapped'; readonly bootstrap: Bootstrap }
  | { readonly type: 'camera'; readonly camera: Camera }
  | { readonly type: 'event'; readonly event: CameraEvent; readonly live: boolean }
  | {
      readonly type: 'removed';
      readonly entity: 'event' | 'camera';
      readonly id: string;
      readonly revision: number;
    }
  | { readonly type: 'page-asked'; readonly filter: EventFilter }
  | {
      readonly type: 'page';
      readonly filter: EventFilter;
      readonly events: readonly CameraEvent[];
      readonly nextCursor: string | null;
    }
  | { readonly type: 'page-failed'; readonly filter: EventFilter }
  | {
      readonly type: 'command-sending';
      readonly key: string;
      readonly cameraId: string;
      readonly command: string;
      readonly now: number;
    }
  | {
      readonly type: 'command-accepted';
      readonly key: string;
      readonly requestId: string;
      readonly stored: boolean;
    }
  | { readonly type: 'command-failed'; readonly key: string; readonly reason: string }
  | {
      readonly type: 'command-outcome';
      readonly requestId: string;
      readonly cameraId: string;
      readonly command: string;
      readonly outcome: 'confirmed' | 'refused' | 'timeout';
      readonly detail: string | null;
      readonly now: number;
    }
  | { readonly type: 'command-forgotten'; readonly key: string }
  | { readonly type: 'link'; readonly link: Link; readonly now: number };

export const initialState: State = {
  phase: 'starting',
  failure: null,
  user: null,
  server: null,
  allowed: new Set(),
  cameras: new Map(),
  unclaimed: [],
  events: new Map(),
  fresh: new Set(),
  removed: new Map(),
  lists: new Map(),
  commands: [],
  link: 'connecting',
  linkLostAt: null,
};
