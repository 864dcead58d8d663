/** When a sound is repeated and stopped (contract §6.4), on a clock the test holds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SoundPlayer } from './sound-player.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function play(player: SoundPlayer, sound: 'DOG_BARK' | 'LULLABY', seconds: number): string[] {
  const startMs = Date.now();
  const log: string[] = [];
  const note = (what: string) => () => void log.push(`${what} ${(Date.now() - startMs) / 1000}`);
  player.follow('camera', sound, seconds, note('play'), note('stop'));
  return log;
}

describe('SoundPlayer', () => {
  it.each([
    ['DOG_BARK', 20, []],
    ['DOG_BARK', 5, ['stop 5']],
    ['DOG_BARK', 50, ['play 19', 'play 38', 'stop 50']],
    ['LULLABY', 30, []],
    ['LULLABY', 60, ['play 29', 'play 58', 'stop 60']],
  ] as const)('%s for %i s: then %j', (sound, seconds, expected) => {
    const log = play(new SoundPlayer(), sound, seconds);
    vi.advanceTimersByTime(400_000);
    expect(log).toEqual(expected);
  });

  it('forgets the rest when stopped, or when another sound begins', () => {
    const player = new SoundPlayer();
    const first = play(player, 'DOG_BARK', 300);
    vi.advanceTimersByTime(20_000);
    const second = play(player, 'LULLABY', 300);
    vi.advanceTimersByTime(30_000);
    player.cancel('camera');
    vi.advanceTimersByTime(400_000);
    expect(first).toEqual(['play 19']);
    expect(second).toEqual(['play 29']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
