/** `notifier_state`: what the running notifier was set up with, for the screen that shows it. */
import type { Queryable } from './pool.ts';

export interface NotifierState {
  readonly channels: readonly {
    readonly name: string;
    readonly on: boolean;
    /** Why it is off although somebody meant it to be on; null: all is as it was set. */
    readonly problem: string | null;
  }[];
  /** What holds where no rule says anything, by kind. */
  readonly defaults: Readonly<Record<'motion' | 'person' | 'sound' | 'online' | 'offline', boolean>>;
  /** IANA name. */
  readonly timeZone: string;
}

export async function writeNotifierState(db: Queryable, state: NotifierState): Promise<void> {
  await db.query(
    `insert into notifier_state (state) values ($1)
     on conflict (singleton) do update set state = excluded.state, started_at = now()`,
    [JSON.stringify(state)],
  );
}

/** Undefined: it never started. */
export async function readNotifierState(db: Queryable): Promise<NotifierState | undefined> {
  const { rows } = await db.query<{ state: NotifierState }>('select state from notifier_state');
  return rows[0]?.state;
}
