/**
 * The whole appliance: simulator → HTTPS and MQTT → Postgres → API → Chromium. Stack-agnostic; see Platform in
 * test-support for which platform it takes. The order is that of a day: people look, cameras are odd, parts die, the machine is switched off.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { Platform } from '@apiary/test-support';
import { faultsSuite } from './faults.suite.ts';
import { lifecycleSuite } from './lifecycle.suite.ts';
import { liveFaultsSuite } from './live-faults.suite.ts';
import { liveSuite } from './live.suite.ts';
import { scenariosSuite } from './scenarios.suite.ts';
import { screenSuite } from './screen.suite.ts';

let open: Platform | undefined;
const platform = (): Platform => {
  if (open === undefined) throw new Error('the platform did not come up');
  return open;
};

beforeAll(async () => {
  open = await Platform.open();
  const { info, firstUp } = open;
  const seconds = firstUp === undefined ? 'was running' : `up in ${firstUp.seconds.toFixed(1)} s`;
  console.log(`end to end against the ${info.stack} stack at ${info.dashboardUrl} (${seconds})`);
}, 660_000);
afterAll(async () => {
  await open?.close();
}, 120_000);

describe('screen', () => screenSuite(platform));
describe('scenarios', () => scenariosSuite(platform));
describe('live view', () => liveSuite(platform));
describe('live view outlives kill -9', () => liveFaultsSuite(platform));
describe('kill -9 under load loses nothing acknowledged', () => faultsSuite(platform));
describe('commands', () => lifecycleSuite(platform));
