import { describe, expect, it } from 'vitest';
import { FootageViews } from './footage-views.ts';

const minute = 60_000;
const anna = { via: 'login', id: 'a' } as const;

describe('a viewing', () => {
  it('begins once for a caller and an event, and again after a pause', () => {
    const views = new FootageViews();
    expect(views.begin(anna, 'e1', 0)).toBe(true);
    expect(views.begin(anna, 'e1', 29 * minute)).toBe(false);
    expect(views.begin(anna, 'e1', 58 * minute)).toBe(false);
    expect(views.begin(anna, 'e1', 89 * minute)).toBe(true);
    expect(views.begin(anna, 'e2', 89 * minute)).toBe(true);
    expect(views.begin({ via: 'token', id: 'a' }, 'e1', 89 * minute)).toBe(true);
  });

  it('of long ago is forgotten, not one of now', () => {
    const views = new FootageViews();
    for (let n = 0; n <= 10_000; n++) views.begin(anna, `e${n}`, n);
    expect(views.begin(anna, 'e10000', 10_001)).toBe(false);
    expect(views.begin(anna, 'e0', 10_001)).toBe(true);
  });
});
