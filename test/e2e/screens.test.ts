/** Every screen of the page in Chromium, on desktop and phone: what it is for, and that it is sound. */
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { addSuite } from './screens/add.suite.ts';
import { cameraSuite } from './screens/camera.suite.ts';
import { House } from './screens/house.helpers.ts';
import { houseSuite } from './screens/house.suite.ts';
import { notificationsSuite } from './screens/notifications.suite.ts';
import { peopleSuite } from './screens/people.suite.ts';
import { reviewSuite } from './screens/review.suite.ts';
import { systemSuite } from './screens/system.suite.ts';

let open: House | undefined;
const house = (): House => {
  if (open === undefined) throw new Error('the house did not open');
  return open;
};

// A screen is looked at four times in one test; on a machine that builds meanwhile each takes its time.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  open = await House.open();
}, 660_000);
afterAll(async () => {
  await open?.close();
}, 120_000);

describe('add', () => addSuite(house));
describe('camera', () => cameraSuite(house));
describe('house', () => houseSuite(house));
describe('notifications', () => notificationsSuite(house));
describe('people', () => peopleSuite(house));
describe('review', () => reviewSuite(house));
describe('system', () => systemSuite(house));
