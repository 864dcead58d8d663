/** Who is behind a request or an open connection, and by what. */
import type { Actor } from './can.ts';

export interface Caller {
  /** Their rights as they were when last read. */
  readonly user: Actor;
  /** What stands for them; `id` is that of the login session, of the API token or of the share link. */
  readonly via: 'login' | 'token' | 'share';
  readonly id: string;
}

export const callerKey = ({ via, id }: Pick<Caller, 'via' | 'id'>): string => `${via} ${id}`;
