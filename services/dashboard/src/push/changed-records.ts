/**
 * Everything that is no camera, event or command is told as `changed`: fetch it again. Who hears of which aggregate is
 * decided here; one that is not listed is told to nobody.
 */
import { can, type Action, type Actor } from '@apiary/access/can';

/** `own`: keys are `<user id>:<key>`, each told to that user alone. */
type Audience = { readonly action: Action; readonly own?: true };

const audiences: Readonly<Record<string, Audience>> = {
  house: { action: 'house.read' },
  review: { action: 'events.review', own: true },
  notifications: { action: 'notifications.own' },
  users: { action: 'users.manage' },
  account: { action: 'self.read', own: true },
  shares: { action: 'events.share' },
  system: { action: 'system.read' },
  unclaimed: { action: 'unclaimed.read' },
  'add-camera': { action: 'cameras.add' },
};

export const isChangedEntity = (entity: string): boolean => entity in audiences;

/** Keys of a change that this user may hear of; undefined: nothing of it. */
export function keysFor(actor: Actor, entity: string, keys: readonly string[]): string[] | undefined {
  const audience = audiences[entity];
  if (audience === undefined || !can(actor, audience.action)) return undefined;
  if (audience.own !== true) return [...keys];
  const prefix = `${actor.userId}:`;
  const own = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return own.length === 0 ? undefined : own;
}
