import { describe, expect, it } from 'vitest';
import { logText } from './log-text.ts';

describe('a log line', () => {
  it('says what happened, then the facts', () => {
    expect(logText('{"fact":"upload stored","cameraId":"A1","bytes":12,"at":{"x":1}}')).toEqual({
      head: 'upload stored',
      facts: 'cameraId=A1 bytes=12 at={"x":1}',
    });
  });

  it.each(['plain words', '{"cut":', '"a text"', '{"bytes":1}', 'null'])('leaves %s as it is', (text) => {
    expect(logText(text)).toEqual({ head: text, facts: '' });
  });
});
