/** A session for as long as a part of the screen wants it. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { browserPlatform } from './platform.ts';
import { createLiveSession, type LiveSession, type LiveState } from './session.ts';
import { watchPage } from './watch-page.ts';

/** `clickedAt` is asked when a start is due: the moment the trace begins, where a click began it. */
export function useLiveSession(
  cameraId: string,
  wanted: boolean,
  clickedAt: () => number | undefined = () => undefined,
): readonly [LiveSession, LiveState] {
  const session = useMemo(() => createLiveSession({ platform: browserPlatform, cameraId }), [cameraId]);
  const state = useSyncExternalStore(session.subscribe, session.state);
  useEffect(() => {
    if (!wanted) return;
    const unwatch = watchPage(session);
    session.start(clickedAt());
    return () => {
      unwatch();
      session.stop();
    };
    // A start takes the moment of the click once; a new function for it is no new start.
  }, [session, wanted]);
  return [session, state];
}
