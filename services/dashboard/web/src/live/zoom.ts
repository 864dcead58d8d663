/**
 * Zoom and pan of a picture in its frame. Pure. `x`, `y`: how far the picture's centre is moved, in widths and heights of the frame;
 * points are measured from the frame's centre in the same unit, so that a frame may change its size.
 */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const whole: Zoom = { scale: 1, x: 0, y: 0 };
export const mostScale = 8;

const within = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/** Never shows what lies beyond the picture's edge. */
export function clamp({ scale, x, y }: Zoom): Zoom {
  const size = Math.min(mostScale, Math.max(1, scale));
  if (size < 1.01) return whole;
  const most = (size - 1) / 2;
  return { scale: size, x: within(x, most), y: within(y, most) };
}

/** What is under `point` stays under it. */
export function zoomAt(zoom: Zoom, factor: number, point: Point = { x: 0, y: 0 }): Zoom {
  const scale = Math.min(mostScale, Math.max(1, zoom.scale * factor));
  const real = scale / zoom.scale;
  return clamp({
    scale,
    x: point.x - (point.x - zoom.x) * real,
    y: point.y - (point.y - zoom.y) * real,
  });
}

export const panBy = (zoom: Zoom, dx: number, dy: number): Zoom =>
  clamp({ ...zoom, x: zoom.x + dx, y: zoom.y + dy });

/** Two fingers moved from one pair of points to another. */
export function pinch(
  zoom: Zoom,
  before: readonly [Point, Point],
  after: readonly [Point, Point],
  aspect: number,
): Zoom {
  const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const apart = ([a, b]: readonly [Point, Point]): number => Math.hypot((a.x - b.x) * aspect, a.y - b.y);
  const from = middle(before);
  const to = middle(after);
  const factor = apart(after) / Math.max(apart(before), 0.001);
  return panBy(zoomAt(zoom, factor, from), to.x - from.x, to.y - from.y);
}
