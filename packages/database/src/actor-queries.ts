/** Users as the rule of rights (`can` of @apiary/access) wants to know them: as they are now, never their secrets. */
import type { Queryable } from './pool.ts';

export type UserRole = 'admin' | 'operator' | 'viewer';
export type PasswordChange = 'none' | 'suggested' | 'required';

export interface ActorRow {
  readonly userId: string;
  readonly username: string;
  readonly role: UserRole;
  readonly cameras: 'all' | ReadonlySet<string>;
  readonly passwordChange: PasswordChange;
}

/** What `actorColumns` select. */
export interface ActorFields extends Omit<ActorRow, 'cameras'> {
  readonly allCameras: boolean;
  readonly cameraIds: readonly string[];
}

/** Columns of an actor from `users u`. */
export const actorColumns = `u.user_id as "userId", u.username, u.role, u.password_change as "passwordChange",
  u.all_cameras as "allCameras",
  array(select c.camera_id from user_cameras c where c.user_id = u.user_id order by c.camera_id) as "cameraIds"`;

export function actorOf({
  userId,
  username,
  role,
  passwordChange,
  allCameras,
  cameraIds,
}: ActorFields): ActorRow {
  return { userId, username, role, passwordChange, cameras: allCameras ? 'all' : new Set(cameraIds) };
}

/** Users by id; who is disabled or gone is left out. */
export async function readActors(db: Queryable, userIds: readonly string[]): Promise<ActorRow[]> {
  const { rows } = await db.query<ActorFields>(
    `select ${actorColumns} from users u where u.user_id = any($1) and u.disabled_at is null`,
    [userIds],
  );
  return rows.map(actorOf);
}

export async function readActor(db: Queryable, userId: string): Promise<ActorRow | undefined> {
  return (await readActors(db, [userId]))[0];
}
