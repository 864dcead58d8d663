/** The log: one JSON line a fact, secrets masked wherever they turn up. */
import { describe, expect, it } from 'vitest';
import { createLogger, registerSecret } from './logger.ts';

describe('createLogger', () => {
  it('masks registered secrets and credential fields', () => {
    const lines: string[] = [];
    const logger = createLogger('test', 'info', { write: (line) => lines.push(line) });
    registerSecret('s3cret-value');
    logger.info(
      {
        fact: 'x',
        url: 'https://host/?token=s3cret-value',
        password: 'other',
        nested: { privateKey: 'pem' },
      },
      'with s3cret-value',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/s3cret-value|other|pem/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'test', level: 'info', fact: 'x' });
  });
});
