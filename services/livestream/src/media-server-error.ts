/** What goes wrong between this service and the media server. */
import { RecoverableError } from '@apiary/base/errors';

/** Kurento's error codes that are handled. */
export const kurentoErrorCode = { invalidSession: 40_007 } as const;

/** The media server refused a call, or is away. `code` is Kurento's, where it answered. */
export class MediaServerError extends RecoverableError {
  override readonly name = 'MediaServerError';
  readonly code: number | undefined;

  constructor(message: string, code?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
