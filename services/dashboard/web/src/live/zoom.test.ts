import { describe, expect, it } from 'vitest';
import { clamp, mostScale, panBy, pinch, whole, zoomAt } from './zoom.ts';

describe('zoom', () => {
  it('keeps what is under the pointer under it', () => {
    const point = { x: 0.2, y: -0.1 };
    const before = { scale: 2, x: 0.1, y: 0.05 };
    const after = zoomAt(before, 1.5, point);
    // The place of the picture under the point: (point - shift) / scale.
    expect((point.x - after.x) / after.scale).toBeCloseTo((point.x - before.x) / before.scale);
    expect((point.y - after.y) / after.scale).toBeCloseTo((point.y - before.y) / before.scale);
  });
  it('never shows beyond an edge, nor less than all, nor more than there is', () => {
    expect(zoomAt(whole, 0.5)).toEqual(whole);
    expect(zoomAt(whole, 100).scale).toBe(mostScale);
    expect(panBy(zoomAt(whole, 2), 9, -9)).toEqual({ scale: 2, x: 0.5, y: -0.5 });
    expect(panBy(whole, 0.3, 0.3)).toEqual(whole);
    expect(clamp({ scale: 1.004, x: 0.3, y: 0 })).toEqual(whole);
  });
  it('follows two fingers', () => {
    const apart = pinch(
      whole,
      [
        { x: -0.1, y: 0 },
        { x: 0.1, y: 0 },
      ],
      [
        { x: -0.2, y: 0 },
        { x: 0.2, y: 0 },
      ],
      16 / 9,
    );
    expect(apart).toEqual({ scale: 2, x: 0, y: 0 });
  });
});
