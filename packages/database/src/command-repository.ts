/**
 * `camera_commands` as the one who asks sees it: written before the command is published, so that an answer that
 * comes at once finds its row. Outcomes are set by the processor.
 */
import type { Queryable } from './pool.ts';

export interface NewCommand {
  readonly requestId: string;
  readonly cameraId: string;
  /** Command name of the contract, e.g. `system/setmode`. */
  readonly command: string;
  /** What a report of the camera must show: `{mode}`, `{settings:{…}}` or `{}`. */
  readonly expected: object;
  readonly requestedBy: string;
  /** Null: stored for a disconnected camera, which has no deadline yet. */
  readonly published: { readonly deadlineSeconds: number } | null;
}

export interface CommandRow {
  readonly requestId: string;
  readonly cameraId: string;
  readonly command: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly outcome: 'confirmed' | 'refused' | 'timeout' | null;
  readonly outcomeDetail: string | null;
  readonly outcomeAt: Date | null;
  readonly revision: number;
}

const columns = `request_id as "requestId", camera_id as "cameraId", command, requested_by as "requestedBy",
  requested_at as "requestedAt", outcome, outcome_detail as "outcomeDetail", outcome_at as "outcomeAt", revision`;

export async function insertCommand(db: Queryable, command: NewCommand): Promise<void> {
  await db.query(
    `insert into camera_commands (request_id, camera_id, command, expected, requested_by, published_at, deadline)
     values ($1, $2, $3, $4, $5, case when $6::int is not null then now() end, now() + make_interval(secs => $6::int))`,
    [
      command.requestId,
      command.cameraId,
      command.command,
      JSON.stringify(command.expected),
      command.requestedBy,
      command.published?.deadlineSeconds ?? null,
    ],
  );
}

/** The command never reached the broker: closes it, so that nothing waits for its outcome. */
export async function refuseCommand(db: Queryable, requestId: string, detail: string): Promise<void> {
  await db.query(
    `update camera_commands set outcome = 'refused', outcome_detail = $2, outcome_at = now(), published_at = null
     where request_id = $1 and outcome is null`,
    [requestId, detail],
  );
}

export async function readCommands(db: Queryable, requestIds: readonly string[]): Promise<CommandRow[]> {
  const { rows } = await db.query<CommandRow>(
    `select ${columns} from camera_commands where request_id = any($1) order by revision`,
    [requestIds],
  );
  return rows;
}

/** Commands whose outcome came after a revision, at most `limit`. */
export async function commandsDecidedAfter(
  db: Queryable,
  revision: number,
  limit: number,
): Promise<CommandRow[]> {
  const { rows } = await db.query<CommandRow>(
    `select ${columns} from camera_commands where revision > $1 and outcome is not null order by revision limit $2`,
    [revision, limit],
  );
  return rows;
}
