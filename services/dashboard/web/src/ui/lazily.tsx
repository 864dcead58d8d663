/**
 * A component whose code comes when it is first shown, with nothing in its place meanwhile. Not by Suspense, which holds
 * back what has just been loaded for 300 ms.
 */
import { createElement, useEffect, useState, type ComponentType } from 'react';
import { LazyFailed } from './lazy-failed.tsx';

export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let code: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const [component, setComponent] = useState(() => code);
    const missing = component === undefined;
    useEffect(() => {
      if (missing)
        load().then(
          (found) => {
            code = found;
            setComponent(() => found);
          },
          () => setComponent(() => LazyFailed),
        );
    }, [missing]);
    return component === undefined ? null : createElement(component, props);
  };
}
