import { describe, expect, it } from 'vitest';
import { connectionFigures, connectionSpans } from './connection-spans.ts';

const at = (hour: number): string => new Date(Date.UTC(2026, 2, 1, hour)).toISOString();
const history = (...connection: [hour: number, connected: boolean][]) => ({
  from: at(0),
  to: at(10),
  measurements: [],
  connection: connection.map(([hour, connected]) => ({ at: at(hour), connected })),
});
const spansOf = (...connection: [hour: number, connected: boolean][]) =>
  connectionSpans(history(...connection)).map((span) => [
    new Date(span.from).getUTCHours(),
    new Date(span.to).getUTCHours(),
    span.connected,
  ]);

describe('spans of connection', () => {
  it('are unknown where nothing was heard', () => {
    expect(spansOf()).toEqual([[0, 10, null]]);
    expect(connectionFigures(connectionSpans(history()))).toEqual({ share: null, cuts: 0 });
  });

  it('begin with what was before the range', () => {
    expect(spansOf([-3, true], [4, false], [6, true])).toEqual([
      [0, 4, true],
      [4, 6, false],
      [6, 10, true],
    ]);
  });

  it('join changes that change nothing, and end with the range', () => {
    expect(spansOf([2, true], [3, true], [12, false])).toEqual([
      [0, 2, null],
      [2, 10, true],
    ]);
  });

  it('are counted without the time nobody knows of', () => {
    const spans = connectionSpans(history([2, true], [8, false]));
    expect(connectionFigures(spans)).toEqual({ share: 0.75, cuts: 1 });
  });
});
