import { describe, expect, it } from 'vitest';
import { isDays, isGigabytes, settingsOf, valuesOf } from './retention-values.ts';

describe('the retention form', () => {
  it('takes empty as no limit, and shows it so', () => {
    const none = {
      eventsDays: null,
      recordingsDays: null,
      statusDays: null,
      freeBytes: null,
      maxBytes: null,
    };
    expect(settingsOf(valuesOf(none))).toEqual(none);
  });

  it('counts sizes in GB, to the byte and back', () => {
    const settings = {
      eventsDays: 90,
      recordingsDays: 30,
      statusDays: 365,
      freeBytes: 1_500_000_000,
      maxBytes: 1_234_567_891,
    };
    expect(valuesOf(settings)).toMatchObject({ eventsDays: '90', freeGigabytes: '1.5' });
    expect(settingsOf(valuesOf(settings))).toEqual(settings);
  });

  it.each(['0', '-3', '1.5', '3651', 'x'])('takes %s for no number of days', (text) => {
    expect(isDays(text)).toBe(false);
  });

  it('takes days and sizes within what the server takes', () => {
    expect(['', ' ', '1', '3650'].every(isDays)).toBe(true);
    expect(isGigabytes('0', 0)).toBe(true);
    expect(isGigabytes('0', 0.001)).toBe(false);
    expect(isGigabytes('x', 0)).toBe(false);
  });
});
