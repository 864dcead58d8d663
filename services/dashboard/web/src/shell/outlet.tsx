/**
 * The screen of the current address inside `<main>`: fetches its code, shows a skeleton meanwhile, and keeps a fault of
 * one screen from taking the page with it. Not by Suspense, which holds back what has just been loaded for 300 ms.
 */
import { useEffect, useLayoutEffect, useRef, useState, type ComponentType } from 'react';
import { t } from '../messages.ts';
import { usePlace } from '../router/router.ts';
import { useTitleUntilScreen } from '../router/use-title.ts';
import {
  findScreen,
  isShown,
  type FoundScreen,
  type ScreenDefinition,
  type ScreenProps,
} from '../screens.ts';
import { useAppState } from '../store/store.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { LoadFailed, NotAllowed, NotFound } from './screen-notes.tsx';

type Code = ComponentType<ScreenProps>;
const fetched = new Map<ScreenDefinition, Code>();

/** Fetches the code of a screen before it is asked for, such as under the pointer. */
export function fetchScreen(screen: ScreenDefinition): Promise<Code> {
  return screen.load().then(({ Screen }) => {
    fetched.set(screen, Screen);
    return Screen;
  });
}

export function Outlet() {
  const { path } = usePlace();
  const state = useAppState();
  const found = findScreen(path);
  const main = useRef<HTMLElement>(null);
  useFocusAfterNavigation(main, path);
  useTitleUntilScreen(found === undefined ? t.screen.notFound : t.nav.screens[found.screen.id]);
  return (
    <main ref={main} id="content" tabIndex={-1} className={`screen ${found?.screen.id ?? 'unknown'}`}>
      {found === undefined ? (
        <NotFound />
      ) : !isShown(found.screen, state) ? (
        <NotAllowed />
      ) : (
        <ScreenBoundary key={path}>
          <Loaded key={found.screen.id} found={found} />
        </ScreenBoundary>
      )}
    </main>
  );
}

export function Loaded({ found: { screen, params } }: { readonly found: FoundScreen }) {
  const [Screen, setScreen] = useState<Code | undefined>(() => fetched.get(screen));
  const [failed, setFailed] = useState(false);
  const missing = Screen === undefined && !failed;
  useEffect(() => {
    if (missing)
      fetchScreen(screen).then(
        (code) => setScreen(() => code),
        () => setFailed(true),
      );
  }, [missing, screen]);
  if (failed) return <LoadFailed />;
  if (Screen === undefined) return <Skeleton lines={6} />;
  return <Screen params={params} />;
}

/** After a change of screen the keyboard and screen readers go on from its beginning; not at the first one. */
function useFocusAfterNavigation(main: React.RefObject<HTMLElement | null>, path: string): void {
  const before = useRef(path);
  useLayoutEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
  }, [main, path]);
}
