/** The envelope every command shares (contract §6.4). The commands themselves: commands.ts, stream.ts. */
import { commandTopic, type CommandName } from './topics.ts';

export interface Command {
  readonly cameraId: string;
  readonly name: CommandName;
  readonly requestId: string;
  readonly topic: string;
  /** UTF-8 JSON. */
  readonly payload: string;
}

/** `now` stamps the command: UTC, milliseconds, `Z`. */
export function command(
  cameraId: string,
  name: CommandName,
  now: Date,
  extra: object,
  requestId: string = crypto.randomUUID(),
): Command {
  const body = {
    requestId,
    creationTimestamp: now.toISOString(),
    sourceId: cameraId,
    sourceType: 'hive-cam',
    ...extra,
  };
  return { cameraId, name, requestId, topic: commandTopic(cameraId, name), payload: JSON.stringify(body) };
}
