/**
 * Errors by what the caller should do: answer them (AppError), try again (RecoverableError), give up (FatalError).
 * `cause` is always kept; unknown errors are logged whole and answered blandly by http.ts.
 */

/** An error a person or a client may read. `code` is stable and snake_case; `status` is the HTTP answer. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (code: string, message: string): AppError => new AppError(400, code, message);
export const unauthorized = (message = 'Log in first.'): AppError =>
  new AppError(401, 'unauthorized', message);
export const forbidden = (message = 'You may not do that.'): AppError =>
  new AppError(403, 'forbidden', message);
export const notFound = (what: string): AppError => new AppError(404, 'not_found', `${what} does not exist.`);
export const conflict = (code: string, message: string): AppError => new AppError(409, code, message);
export const tooManyRequests = (message: string): AppError => new AppError(429, 'too_many_requests', message);

/** The same call may work later: a peer is away, a deadline passed. */
export class RecoverableError extends Error {
  override readonly name: string = 'RecoverableError';
}

/** A wait reached its deadline. */
export class DeadlineError extends RecoverableError {
  override readonly name = 'DeadlineError';
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super(`${what} took longer than ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** Trying again cannot help: wrong configuration, wrong version. The process ends with its message. */
export class FatalError extends Error {
  override readonly name: string = 'FatalError';
}

/** Text of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
