/** An error as the Bot API answers it. */
export class BotApiError extends Error {
  readonly status: number;
  readonly parameters: Readonly<Record<string, number>> | undefined;

  /** @param description as on the wire, with its prefix (`Bad Request: …`) */
  constructor(status: number, description: string, parameters?: Readonly<Record<string, number>>) {
    super(description);
    this.status = status;
    this.parameters = parameters;
  }
}

export const badRequest = (detail: string): BotApiError => new BotApiError(400, `Bad Request: ${detail}`);

export const tooManyRequests = (retryAfterSeconds: number): BotApiError =>
  new BotApiError(429, `Too Many Requests: retry after ${retryAfterSeconds}`, {
    retry_after: retryAfterSeconds,
  });
