import { describe, expect, it } from 'vitest';
import { everything, formatLocation, homeWith, parseLocation } from './filter.ts';

const cameraId = '0A1B2C3D4E5F60718293A4B5C6D7E8F9';

describe('the URL', () => {
  it('goes there and back', () => {
    for (const location of [
      homeWith(everything),
      { ...homeWith({ cameraId, kind: 'person' as const }), eventId: 'a b/ü&?#' },
      homeWith({ cameraId: null, kind: 'sound' as const }),
      { ...homeWith(everything), liveId: cameraId },
      { ...homeWith(everything), wall: true },
      { ...homeWith({ cameraId, kind: null }), wall: true, liveId: cameraId },
    ]) {
      const url = new URL(formatLocation(location), 'http://localhost');
      expect(parseLocation(url.pathname, url.search)).toEqual(location);
    }
  });

  it('is short for the wall', () => {
    expect(formatLocation({ ...homeWith(everything), wall: true })).toBe('/live');
  });

  it('leaves out what it does not understand', () => {
    expect(parseLocation('/', '?camera=../../x&kind=cat&event=&live=x')).toEqual(homeWith(everything));
    expect(parseLocation('/', '?camera=0a1b2c3d4e5f60718293a4b5c6d7e8f9').filter.cameraId).toBe(cameraId);
  });
});
