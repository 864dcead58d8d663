import { expect, it } from 'vitest';
import { snapshotName } from './snapshot.ts';

it('names a snapshot so that every file system takes it', () => {
  const at = new Date(2026, 2, 1, 4, 5, 9);
  expect(snapshotName('Front door', at)).toBe('Front door 2026-03-01 04-05-09.png');
  expect(snapshotName('../a:b"c\n', at)).toBe('.. a b c 2026-03-01 04-05-09.png');
  expect(snapshotName('  ', at)).toBe('Camera 2026-03-01 04-05-09.png');
});
