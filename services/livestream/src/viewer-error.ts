/** What a client is told when it may not watch, or no longer. */
import type { SignalingErrorCode } from '@apiary/contract';
import { sentences } from './sentences.ts';

export class ViewerError extends Error {
  override readonly name = 'ViewerError';
  readonly code: SignalingErrorCode;

  constructor(code: SignalingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whatever failed that is not a ViewerError has to do with the media server. */
export function asViewerError(error: unknown, message: string = sentences.mediaUnavailable): ViewerError {
  return error instanceof ViewerError
    ? error
    : new ViewerError('media_unavailable', message, { cause: error });
}
