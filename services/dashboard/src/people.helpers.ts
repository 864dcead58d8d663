/** For tests of people: two cameras with an event each, the first recorded; calls that must succeed; audit rows. */
import { expect } from 'vitest';
import { cameraA, cameraB, startHarness, type CallOptions, type Harness } from './dashboard.helpers.ts';

export interface PeopleHarness {
  readonly harness: Harness;
  /** The answer's body; fails when the status is another. */
  readonly json: <T>(method: string, path: string, options?: CallOptions, status?: number) => Promise<T>;
  readonly audited: (action: string) => Promise<{ actor: string }[]>;
}

export async function startPeopleHarness(): Promise<PeopleHarness> {
  const harness = await startHarness();
  await harness.insertCamera(cameraA);
  await harness.insertCamera(cameraB);
  await harness.insertEvent('e1');
  await harness.insertEvent('e2', { camera_id: cameraB });
  await harness.insertRecording('e1', { sequence: 1, segments: { 0: Buffer.alloc(188, 0x47) } });
  return {
    harness,
    json: async (method, path, options = {}, status = 200) => {
      const answer = await harness.call(method, path, options);
      expect({ method, path, status: answer.status, text: answer.text }).toMatchObject({ status });
      return answer.json;
    },
    audited: async (action) => {
      const { rows } = await harness.database.pool.query<{ actor: string }>(
        'select * from audit_log where action = $1',
        [action],
      );
      return rows;
    },
  };
}
