/** What the live view is waiting for, over the picture, and what a person can do about it. */
import { t } from '../messages.ts';
import { sentenceOf } from './sentences.ts';
import type { LiveSession, LiveState } from './session.ts';

export function LiveNotice({ session, state }: { readonly session: LiveSession; readonly state: LiveState }) {
  const sentence = sentenceOf(state);
  // The element stays, so that screen readers hear each change.
  return (
    <div
      className={
        sentence === null ? 'live-notice live-notice-none' : `live-notice live-notice-${sentence.tone}`
      }
      role="status"
    >
      {sentence !== null && (
        <>
          {sentence.tone === 'wait' && <span className="live-spinner" aria-hidden="true" />}
          <p>{sentence.text}</p>
          {sentence.action !== null && (
            <button
              type="button"
              className={
                sentence.action === 'keep' ? 'button button-primary button-small' : 'button button-small'
              }
              onClick={sentence.action === 'keep' ? session.keepWatching : session.again}
            >
              {sentence.action === 'keep' ? t.live.keep : t.live.again}
            </button>
          )}
        </>
      )}
    </div>
  );
}
