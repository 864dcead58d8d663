/** Wheel, pinch, drag, double press and keys move a picture in its frame. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { panBy, pinch, whole, zoomAt, type Point, type Zoom } from './zoom.ts';

export interface ZoomControl {
  readonly zoom: Zoom;
  readonly by: (factor: number) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly reset: () => void;
}

export function useZoom(
  frame: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): ZoomControl {
  const [zoom, setZoom] = useState<Zoom>(whole);
  const latest = useRef(zoom);
  useEffect(() => {
    latest.current = zoom;
    // Set on the object, not written as an attribute: the page's policy allows no inline style.
    const style = content.current?.style;
    style?.setProperty('--zoom', String(zoom.scale));
    style?.setProperty('--pan-x', `${(zoom.x * 100).toFixed(3)}%`);
    style?.setProperty('--pan-y', `${(zoom.y * 100).toFixed(3)}%`);
  }, [content, zoom]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const fingers = new Map<number, Point>();
    let lastPress = 0;
    const pointOf = (event: { clientX: number; clientY: number }): Point => {
      const box = element.getBoundingClientRect();
      return {
        x: (event.clientX - box.left) / box.width - 0.5,
        y: (event.clientY - box.top) / box.height - 0.5,
      };
    };
    /** What lies over the picture keeps its own presses: a captured pointer would take the click from a button. */
    const isOver = ({ target }: Event): boolean =>
      target instanceof Element && target.closest('button, .live-details') !== null;
    const onWheel = (event: WheelEvent): void => {
      if (isOver(event)) return;
      event.preventDefault();
      const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      // A pinch on a touchpad arrives as a wheel with ctrl and small steps.
      const factor = Math.exp(-step * (event.ctrlKey ? 0.01 : 0.002));
      setZoom((now) => zoomAt(now, factor, pointOf(event)));
    };
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0 || isOver(event)) return;
      fingers.set(event.pointerId, pointOf(event));
      element.setPointerCapture(event.pointerId);
      if (fingers.size !== 1) return;
      if (event.timeStamp - lastPress < 300) {
        const point = pointOf(event);
        setZoom((now) => (now.scale > 1 ? whole : zoomAt(now, 2.5, point)));
        lastPress = 0;
      } else lastPress = event.timeStamp;
    };
    const onMove = (event: PointerEvent): void => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const after = pointOf(event);
      fingers.set(event.pointerId, after);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      const { width, height } = element.getBoundingClientRect();
      if (other === undefined) setZoom((now) => panBy(now, after.x - before.x, after.y - before.y));
      else setZoom((now) => pinch(now, [before, other], [after, other], width / height));
    };
    const onUp = (event: PointerEvent): void => {
      fingers.delete(event.pointerId);
    };
    // React's own wheel listeners are passive: they could not keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
  }, [frame]);

  const by = useCallback((factor: number) => setZoom((now) => zoomAt(now, factor)), []);
  const pan = useCallback((dx: number, dy: number) => setZoom((now) => panBy(now, dx, dy)), []);
  const reset = useCallback(() => setZoom(whole), []);
  return { zoom, by, pan, reset };
}
