/**
 * Live view and wall as the first screen shows them: their code comes later. Not by Suspense, which holds back what has
 * just been loaded for 300 ms so that placeholders do not flicker; here each of them would stand between press and picture.
 */
import { createElement, useEffect, useState, type ComponentType } from 'react';
import { LazyFailed } from '../ui/lazy-failed.tsx';
import type { Code } from './code.ts';
import { liveViewCode, liveWallCode } from './live-click.ts';

function lately<Props extends object>(code: Code<ComponentType<Props>>): ComponentType<Props> {
  return function Lately(props: Props) {
    const [component, setComponent] = useState(() => code.now());
    const missing = component === undefined;
    useEffect(() => {
      if (missing)
        code.fetch().then(
          (found) => setComponent(() => found),
          () => setComponent(() => LazyFailed),
        );
    }, [missing]);
    return component === undefined ? null : createElement(component, props);
  };
}

export const LiveView = lately(liveViewCode);
export const LiveWall = lately(liveWallCode);
