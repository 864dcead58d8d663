/**
 * Who may do what. The only place that knows roles: every route, every media file, every record of the stream, every
 * viewer of a live picture, every share link and every message to a person asks here.
 */

export const roles = ['admin', 'operator', 'viewer'] as const;
export type Role = (typeof roles)[number];

export const actions = [
  'api.describe',
  'self.read',
  'session.own',
  'tokens.own',
  'cameras.read',
  'cameras.change',
  'cameras.control',
  'cameras.add',
  'cameras.remove',
  'unclaimed.read',
  'unclaimed.decide',
  'events.read',
  'events.review',
  'events.keep',
  'events.delete',
  'events.share',
  'media.read',
  'live',
  'house.read',
  'house.set',
  'house.change',
  'notifications.own',
  'notifications.read',
  'notifications.change',
  'system.read',
  'system.change',
  'audit.read',
  'users.manage',
] as const;
export type Action = (typeof actions)[number];

/** What an API token may be given; never more than its owner may do. */
export const scopes = ['read', 'control', 'manage', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who is asking: a user as they are now, or what stands in for one. */
export interface Actor {
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** Cameras there are for this actor. */
  readonly cameras: 'all' | ReadonlySet<string>;
  /** An API token: only what these allow as well. */
  readonly scopes?: ReadonlySet<Scope>;
  /** `required`: a password somebody else knows; nothing may be done before it is changed. */
  readonly passwordChange?: 'none' | 'suggested' | 'required';
  /** A share link: this event alone, to be looked at. `userId` is then the user who shared it. */
  readonly onlyEvent?: string;
}

/** What a question is about; left out: "for some camera at least". */
export interface On {
  readonly cameraId?: string;
  readonly eventId?: string;
}

const viewer: readonly Action[] = [
  'api.describe',
  'self.read',
  'session.own',
  'tokens.own',
  'cameras.read',
  'events.read',
  'events.review',
  'media.read',
  'live',
  'house.read',
  'notifications.own',
];
const operator: readonly Action[] = [
  ...viewer,
  'cameras.change',
  'cameras.control',
  'events.keep',
  'events.delete',
  'events.share',
  'house.set',
  'notifications.read',
  'notifications.change',
];
const ofRole: Readonly<Record<Role, ReadonlySet<Action>>> = {
  viewer: new Set(viewer),
  operator: new Set(operator),
  admin: new Set(actions),
};

/** These touch every camera, or name any: nothing for someone who may see only some of them. */
const wholeHouse: ReadonlySet<Action> = new Set([
  'house.set',
  'house.change',
  'notifications.read',
  'notifications.change',
  'cameras.add',
  'cameras.remove',
  'unclaimed.read',
  'unclaimed.decide',
  'system.read',
  'system.change',
  'audit.read',
  'users.manage',
]);

/** A key cannot touch keys: these need a person who logged in. */
const neverByToken: readonly Action[] = ['session.own', 'tokens.own', 'users.manage'];
/** Whether there is a scope for it. */
export const mayBeToken = (action: Action): boolean => !neverByToken.includes(action);
const read: readonly Action[] = actions.filter((action) => action.endsWith('.read'));
const ofScope: Readonly<Record<Scope, ReadonlySet<Action>>> = {
  read: new Set([...read, 'api.describe', 'live']),
  control: new Set(['self.read', 'cameras.control', 'house.set', 'events.review', 'notifications.own']),
  manage: new Set([
    'self.read',
    'cameras.change',
    'events.keep',
    'events.delete',
    'events.share',
    'house.change',
    'notifications.change',
  ]),
  admin: new Set(actions.filter(mayBeToken)),
};

const beforePasswordChange: ReadonlySet<Action> = new Set(['self.read', 'session.own']);
const ofShareLink: ReadonlySet<Action> = new Set(['events.read', 'media.read']);

/** The one rule. `on` may be the camera id alone. */
export function can(actor: Actor, action: Action, on: On | string = {}): boolean {
  const { cameraId, eventId } = typeof on === 'string' ? { cameraId: on, eventId: undefined } : on;
  if (actor.onlyEvent !== undefined && (!ofShareLink.has(action) || actor.onlyEvent !== eventId))
    return false;
  if (actor.passwordChange === 'required' && !beforePasswordChange.has(action)) return false;
  if (!ofRole[actor.role].has(action)) return false;
  if (actor.scopes !== undefined && ![...actor.scopes].some((scope) => ofScope[scope].has(action)))
    return false;
  if (actor.cameras === 'all') return true;
  return !wholeHouse.has(action) && (cameraId === undefined || actor.cameras.has(cameraId));
}

/** For the `where` of a list: ids of the cameras there are for this actor; undefined: all. */
export function cameraFilter(actor: Actor): readonly string[] | undefined {
  return actor.cameras === 'all' ? undefined : [...actor.cameras];
}

/** All this actor may do, for a page that shows no buttons in vain. It decides nothing. */
export function actionsOf(actor: Actor): Action[] {
  return actions.filter((action) => can(actor, action));
}
