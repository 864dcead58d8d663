/**
 * Who may do what. The only place that knows roles: every route, every media file, every record of the stream and every
 * viewer of a live picture asks here. `camera` narrows the question to one camera; without it the answer is "for some camera at least".
 */

export const actions = [
  'session.own',
  'cameras.read',
  'cameras.change',
  'cameras.control',
  'events.read',
  'media.read',
  'live',
  'unclaimed.read',
  'unclaimed.decide',
  'audit.read',
  'api.describe',
] as const;
export type Action = (typeof actions)[number];

export interface Actor {
  readonly userId: string;
  readonly username: string;
  readonly role: 'admin';
}

/** Roles narrower than admin come later; they are decided here and nowhere else. */
const allowed: Record<Actor['role'], ReadonlySet<Action>> = { admin: new Set(actions) };

export function can(user: Actor, action: Action, _cameraId?: string): boolean {
  return allowed[user.role].has(action);
}
