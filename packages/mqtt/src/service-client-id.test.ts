import { describe, expect, it } from 'vitest';
import { serviceClientId } from './service-client-id.ts';

describe('serviceClientId', () => {
  it('stays the same for one password, so that a durable session is found again', () => {
    expect(serviceClientId('svc-x', 'p')).toBe(serviceClientId('svc-x', 'p'));
  });
  it('cannot be told from the user name, and fits 64 characters', () => {
    expect(serviceClientId('svc-x', 'p')).not.toBe(serviceClientId('svc-x', 'q'));
    expect(serviceClientId('svc-mqtt-processor', 'p')).toMatch(/^svc-mqtt-processor-[0-9a-f]{32}$/);
  });
});
