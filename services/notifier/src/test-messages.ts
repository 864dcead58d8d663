/** Sends the test messages the dashboard asks for. One that waited too long is not sent: nobody looks for it any more. */
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { listenOn } from '@apiary/database/changes';
import {
  finishTest,
  takeTests,
  type NotificationTest,
  type TestResult,
} from '@apiary/database/notification-test-repository';
import type { DatabaseAddress, Queryable } from '@apiary/database/pool';
import type { NotificationChannel } from './channel.ts';

export interface TestParts {
  readonly db: Queryable;
  readonly address: DatabaseAddress;
  readonly logger: Logger;
  readonly channels: readonly NotificationChannel[];
}

const maxAgeSeconds = 30;
const sendMs = 15_000;

export function serveTests(parts: TestParts): { stop(): Promise<void> } {
  const ended = new AbortController();
  let line: Promise<void> = Promise.resolve();
  const look = (): void => {
    line = line.then(async () => {
      try {
        for (const test of await takeTests(parts.db, maxAgeSeconds))
          await finishTest(parts.db, test.testId, await carryOut(parts, test, ended.signal));
      } catch (error) {
        parts.logger.warn({ fact: 'test messages not served', reason: errorMessage(error) });
      }
    });
  };
  const listener = listenOn('notification_tests', parts.address, parts.logger, {
    onNotice: look,
    onGap: look,
  });
  return {
    stop: async () => {
      ended.abort(new Error('stopped'));
      await listener.stop();
      await line;
    },
  };
}

async function carryOut(
  { channels }: TestParts,
  { channel, userId, askedBy }: NotificationTest,
  ended: AbortSignal,
): Promise<TestResult[]> {
  const sender = channels.find(({ name }) => name === channel);
  if (sender === undefined) return [{ target: channel, error: 'this channel is not set up' }];
  const targets = await sender.testTargets(userId);
  if (targets.length === 0) return [{ target: channel, error: 'nobody is subscribed' }];
  return Promise.all(
    targets.map(async (target): Promise<TestResult> => {
      try {
        await sender.sendTest(target, askedBy, AbortSignal.any([ended, AbortSignal.timeout(sendMs)]));
        return { target, error: null };
      } catch (error) {
        return { target, error: errorMessage(error) };
      }
    }),
  );
}
