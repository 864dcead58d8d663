/** Push-to-talk of a session, for a button and a key. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { pageClock } from './clock.ts';
import type { LiveSession } from './session.ts';
import { createTalk, type Talk, type TalkState } from './talk.ts';

export function useTalk(session: LiveSession): readonly [Talk, TalkState] {
  const talk = useMemo(
    () =>
      createTalk({
        clock: pageClock,
        devices: 'mediaDevices' in navigator ? navigator.mediaDevices : undefined,
        sender: session.audioSender,
        tell: session.setTalking,
        sentPackets: async () => (await session.measure())?.voicePackets,
      }),
    [session],
  );
  const state = useSyncExternalStore(talk.subscribe, talk.state);
  useEffect(() => () => talk.close(), [talk]);
  return [talk, state];
}
