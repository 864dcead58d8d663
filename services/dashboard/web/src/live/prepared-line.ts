/**
 * One line made ready while a press is likely, for whichever live view comes first: the press then waits for no socket.
 * Nothing is asked of the camera or the media server by it, and it is given up when no press comes.
 */
import type { Clock } from './clock.ts';
import type { Line } from './line.ts';

export interface PreparedLine {
  /** Makes one ready, or keeps the one that is. */
  prepare(): void;
  /** The ready one, once; undefined: there is none. */
  take(): Line | undefined;
}

/** A glance passes; the credentials for the relay that came with the greeting last much longer. */
const keptMs = 20_000;

export function createPreparedLine(clock: Clock, open: () => Line): PreparedLine {
  let ready: { readonly line: Line; readonly cancel: () => void } | undefined;

  function take(): Line | undefined {
    const taken = ready;
    ready = undefined;
    taken?.cancel();
    if (taken?.line.usable() === true) return taken.line;
    taken?.line.close();
    return undefined;
  }
  return {
    prepare() {
      const line = take() ?? open();
      ready = {
        line,
        cancel: clock.after(keptMs, () => {
          ready = undefined;
          line.close();
        }),
      };
    },
    take,
  };
}
