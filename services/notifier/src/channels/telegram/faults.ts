/** What an answer of the Bot API, or the lack of one, means for a delivery. Nothing here names the URL: it holds the token. */
import { GrammyError, HttpError } from 'grammy';
import { errorMessage } from '@apiary/base/errors';
import { ChannelError } from '../../channel.ts';
import { faultOfError } from '../http-faults.ts';

const who = 'Telegram';

export function faultOf(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof GrammyError) return ofAnswer(error);
  if (error instanceof HttpError) return ofConnection(error.error);
  return new ChannelError('unclear', `${who}: ${errorMessage(error)}`, { cause: error });
}

function ofAnswer({ error_code: code, description, parameters }: GrammyError): ChannelError {
  const text = `${who} answered ${code}: ${description}`;
  if (code === 429)
    return new ChannelError('slow-down', text, { afterMs: (parameters.retry_after ?? 30) * 1000 });
  if (code === 413 || /too (big|large)|IMAGE_PROCESS_FAILED|PHOTO_INVALID/i.test(description))
    return new ChannelError('payload-too-large', text);
  return new ChannelError(code >= 500 ? 'unreachable' : 'permanent', text);
}

/** A gateway's page in place of JSON: the call got no further. */
const ofConnection = (error: unknown): ChannelError =>
  error instanceof Error && 'type' in error && error.type === 'invalid-json'
    ? new ChannelError('unreachable', `${who} answered with something that is not JSON`)
    : faultOfError(who, error);

/** The chat became a supergroup with another id (answer parameter `migrate_to_chat_id`). */
export const movedTo = (error: unknown): number | undefined =>
  error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;

/** The message shows this already: an earlier amendment arrived. */
export const isUnchanged = (error: unknown): boolean =>
  error instanceof GrammyError && error.description.includes('message is not modified');

/** A Bot API server older than 7.11 (end of 2024) makes no photo of a text. */
export const cannotBecomePhoto = (error: unknown): boolean =>
  error instanceof GrammyError && /no media in the message|can't be edited/i.test(error.description);
