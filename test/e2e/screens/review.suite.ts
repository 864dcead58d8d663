/** Review, the screen of one event, and what whoever holds a link sees. */
import { expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { measureFrame, type GuardedPage } from '../browser.helpers.ts';
import { expectAccessible, expectSound, phone, type House } from './house.helpers.ts';

/** Leaving a player ends what it was still fetching. */
const playerLeft = /^request GET \/api\/media\/.*: net::ERR_ABORTED$/;
const row = (id: string): string => `[data-row="${id}"]`;

export function reviewSuite(house: () => House): void {
  const eventPath = (index: number): string => `/events/${house().events[index] ?? ''}`;

  const open = async (...where: Parameters<House['open']>): Promise<GuardedPage> => {
    const screen = await house().open(...where);
    screen.allow(playerLeft);
    // So that a step that fails is named.
    screen.page.setDefaultTimeout(12_000);
    return screen;
  };

  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/review?state=all', 'review', '[data-row]');
    await expectSound(house(), '/review?state=all&view=timeline', 'timeline', '.timeline-mark');
    await expectSound(house(), eventPath(0), 'event', 'video[data-player]');
  }, 60_000);

  it('chooses by key and marks as reviewed; another browser agrees', async () => {
    const one = await open('/review');
    const other = await open('/review', { viewport: phone });
    await one.page.locator('[data-row]').first().waitFor();
    const [first = '', second = ''] = await one.page.evaluate<string[]>(
      "[...document.querySelectorAll('[data-row]')].map((row) => row.dataset.row)",
    );
    await other.page.locator(row(first)).waitFor();
    await one.page.keyboard.press('ArrowDown');
    await one.page.keyboard.press('x');
    await one.page.keyboard.press('Shift+ArrowDown');
    await one.page.getByText('2 selected').waitFor();
    await expectAccessible(one);
    await one.page.keyboard.press('r');
    for (const { page } of [one, other])
      for (const id of [first, second]) await page.locator(row(id)).waitFor({ state: 'detached' });
    await one.page.getByRole('button', { name: 'Remove Not reviewed' }).click();
    await one.page.locator(`${row(first)}[data-reviewed=true]`).waitFor();
    expect(new URL(one.page.url()).searchParams.get('state')).toBe('all');
    await one.page.goBack();
    await one.page.locator(row(first)).waitFor({ state: 'detached' });
    await one.close();
    await other.close();
  });

  it('keeps what is kept when many are deleted, and packs a ZIP', async () => {
    const screen = await open('/review?state=all');
    const { page } = screen;
    const [kept = ''] = house().events;
    const box = page.locator(row(kept)).getByRole('checkbox');
    await box.click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Keep' }).click();
    await page.getByText('1 event kept.', { exact: true }).waitFor();
    await page.locator(row(kept)).getByRole('checkbox').click();
    expect(await page.getByRole('link', { name: 'Download ZIP' }).getAttribute('href')).toBe(
      `/api/review/download?event=${kept}`,
    );
    await page.keyboard.press('Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete 1 event' }).click();
    await page
      .getByText(/One is kept and stays/)
      .first()
      .waitFor();
    expect(await page.locator(row(kept)).count()).toBe(1);
    await screen.close();
  });

  it('scrubs through the day by key, and shows what there was', async () => {
    const screen = await open('/review?state=all&view=timeline');
    const { page } = screen;
    const rail = page.getByRole('slider', { name: 'Time of the day' });
    await rail.focus();
    await page.locator('.timeline-preview [data-event-id]').first().waitFor();
    await page.keyboard.press('Home');
    expect(await rail.getAttribute('aria-valuenow')).toBe('0');
    await screen.close();
  });

  it('plays an event frame by frame and goes to the one before', async () => {
    const screen = await open(eventPath(1));
    const { page } = screen;
    await page.locator('video[data-player="hls.js"]').waitFor();
    await waitFor(async () => (await measureFrame(page)).currentTime > 0.2, 'the video playing', 30_000);
    await page.keyboard.press('k');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const { currentTime } = await measureFrame(page);
    await page.keyboard.press(',');
    await waitFor(async () => (await measureFrame(page)).currentTime < currentTime, 'a frame back', 10_000);
    const { older } = await house().api.json('GET', `/api/review/events/${house().events[1] ?? ''}`);
    await page.keyboard.press('n');
    await page.waitForURL(`**/events/${String(older)}`);
    await page.locator('video[data-player]').waitFor();
    await screen.close();
  });

  it('shares just this event until it is revoked', async () => {
    const screen = await open(eventPath(0));
    const { page } = screen;
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('button', { name: 'Make link' }).click();
    const url = await page.locator('[data-share-url]').inputValue();
    expect(new URL(url).hash).toMatch(/^#[\w-]{43}$/);
    await expectAccessible(screen);

    const path = `/share${new URL(url).hash}`;
    const stranger = await open(path, { stranger: true, viewport: phone });
    stranger.allow(/^response 401 GET \/api\/(bootstrap|auth\/me)$/);
    await stranger.page.locator('video[data-player]').waitFor();
    await expectAccessible(stranger);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('There are none.').waitFor();
    stranger.allow(/^response 410 POST \/api\/share\/open$/);
    await stranger.page.reload();
    await stranger.page.getByRole('heading', { name: 'This link was withdrawn' }).waitFor();
    await stranger.close();
    await screen.close();
  });

  it('says that a recording is still to come, and plays it when it does', async () => {
    const [camera] = house().cameras;
    if (camera === undefined) throw new Error('the house has no camera');
    camera.uploadsHeld = true;
    const { eventId, acknowledged } = camera.triggerEvent({ lengthMs: 300 });
    await waitFor(
      async () => (await house().api.call('GET', `/api/events/${eventId}`)).status === 200,
      'the event being known',
      15_000,
    );
    const screen = await open(`/events/${eventId}`);
    await screen.page.locator('[data-recording=expected]').waitFor();
    camera.uploadsHeld = false;
    await acknowledged;
    await screen.page.locator('video[data-player]').waitFor();
    await screen.page.keyboard.press('Delete');
    await screen.page.getByRole('button', { name: 'Delete event' }).click();
    await screen.page.getByRole('heading', { name: 'This event does not exist any more.' }).waitFor();
    await screen.close();
  });
}
