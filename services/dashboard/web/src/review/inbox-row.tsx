/** One row: a box to choose it and the event to open. While some are chosen, a press anywhere on it chooses. */
import { memo, useRef, type MouseEvent, type PointerEvent } from 'react';
import { EventRow } from '../events/event-row.tsx';
import { shortTime } from '../format.ts';
import { t as core } from '../messages.ts';
import { useAppState } from '../store/store.ts';
import type { ReviewEvent } from '../types.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { t } from './words.ts';

interface InboxRowProps {
  readonly event: ReviewEvent;
  readonly now: number;
  readonly selected: boolean;
  /** Some event of the list is chosen. */
  readonly selecting: boolean;
  readonly onChoose: (id: string, range: boolean) => void;
}

const longPressMs = 450;
/** A finger that moves scrolls. */
const stillPx = 10;

export function InboxRow({ event, now, selected, selecting, onChoose }: InboxRowProps) {
  const camera = useAppState().cameras.get(event.cameraId)?.name ?? event.cameraName;
  const press = useLongPress(() => onChoose(event.id, false));
  const onClickCapture = (click: MouseEvent): void => {
    const onBox = click.target instanceof Element && click.target.closest('.checkbox') !== null;
    if (onBox ? !click.shiftKey : !press.taken() && !selecting && !click.shiftKey) return;
    click.preventDefault();
    click.stopPropagation();
    if (!press.end()) onChoose(event.id, click.shiftKey);
  };
  return (
    <div
      className="review-row"
      data-row={event.id}
      data-selected={selected}
      data-reviewed={event.reviewed}
      onClickCapture={onClickCapture}
      {...press.handlers}
    >
      <Checkbox
        label={t.review.choose(core.kinds[event.kind], camera, shortTime(event.startedAt, now))}
        labelHidden
        checked={selected}
        onChange={() => onChoose(event.id, false)}
      />
      <Row event={event} cameraName={camera} fresh={false} now={now} />
      {event.reviewed && <span className="review-mark">{t.review.states.reviewed}</span>}
    </div>
  );
}
const Row = memo(EventRow);

function useLongPress(run: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const fired = useRef(false);
  const stop = (): void => clearTimeout(timer.current);
  return {
    /** The press that ends now was a long one: the click that follows it is none. */
    taken: () => fired.current,
    end: (): boolean => {
      const was = fired.current;
      fired.current = false;
      return was;
    },
    handlers: {
      onPointerDown: (down: PointerEvent): void => {
        fired.current = false;
        stop();
        if (down.pointerType !== 'touch') return;
        start.current = { x: down.clientX, y: down.clientY };
        timer.current = setTimeout(() => {
          fired.current = true;
          if ('vibrate' in navigator) navigator.vibrate(15);
          run();
        }, longPressMs);
      },
      onPointerMove: (move: PointerEvent): void => {
        const { x, y } = start.current;
        if (Math.hypot(move.clientX - x, move.clientY - y) > stillPx) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      // The browser's own menu of a link that is held.
      onContextMenu: (menu: MouseEvent): void => {
        if ((menu.nativeEvent as globalThis.PointerEvent).pointerType === 'touch') menu.preventDefault();
      },
    },
  };
}

/** Id of the row that holds this element. */
export const rowOf = (element: Element | null): string | undefined =>
  element?.closest<HTMLElement>('[data-row]')?.dataset['row'];

export function focusRow(id: string): void {
  const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"] a`);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}
