import { describe, expect, it } from 'vitest';
import { auditPath, filterOf } from './audit-filter.ts';

const none = filterOf(new URLSearchParams());

describe('the filter of the audit log', () => {
  it('asks for everything where the URL says nothing', () => {
    expect(auditPath(none, null, 50)).toBe('/api/audit?limit=50');
  });

  it('takes whole days of the reader, the last one included', () => {
    const path = auditPath({ ...none, from: '2026-03-28', to: '2026-03-29' }, null, 50);
    const query = new URL(path, 'http://house').searchParams;
    expect(query.get('from')).toBe(new Date(2026, 2, 28).toISOString());
    expect(query.get('to')).toBe(new Date(2026, 2, 30).toISOString());
  });

  it('leaves out what is no day, and passes the cursor on', () => {
    expect(auditPath({ ...none, from: 'yesterday', actor: 'a b' }, 'c', 1)).toBe(
      '/api/audit?limit=1&actor=a+b&cursor=c',
    );
  });
});
