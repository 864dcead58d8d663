/** One camera's screen: settings that reach the camera, sounds, history, raw messages, renaming, removal. */
import { expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { newCamera } from '../cameras.helpers.ts';
import { expectAccessible, expectSound, keepPicture, phone, type House } from './house.helpers.ts';

export function cameraSuite(house: () => House): void {
  const path = (index: number): string => `/cameras/${house().cameras[index]?.cameraId ?? ''}`;

  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), path(0), 'camera', '[data-setting=schedule]');
  });

  it('shows the live view in its place when it is asked for, and only then', async () => {
    const screen = await house().open(path(0));
    const { page } = screen;
    await page.getByText(/^Connected .*known · 0 interruptions/).waitFor();
    expect(await page.locator('video').count()).toBe(0);
    await page.getByRole('button', { name: 'Watch live' }).click();
    await page.locator('.live-place video[data-live=playing]').waitFor({ timeout: 30_000 });
    await expectAccessible(screen);
    await keepPicture(screen, 'camera-live-desktop-light');
    await page.keyboard.press('l');
    await page.getByRole('button', { name: 'Watch live' }).waitFor();
    await screen.close();
  });

  it('applies settings and says what the camera made of them', async () => {
    const screen = await house().open(path(0), { viewport: phone });
    const { page } = screen;
    await page.locator('[data-setting=schedule]').waitFor();
    const names = await page.locator('[data-setting]').evaluateAll((rows) => rows.length);
    expect(names).toBe(20);
    await page.getByLabel('Resolution').selectOption('R_720P');
    await page.getByRole('switch', { name: 'Upside down' }).click();
    await page.getByText('2 settings changed').waitFor();
    await expectAccessible(screen);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.settings-said [data-command-state=confirmed]').waitFor();
    await page.getByText('Nothing has changed.').waitFor();
    expect(house().cameras[0]?.device.settings).toMatchObject({ resolution: 'R_720P', invertImage: true });
    await page.getByRole('button', { name: 'Set Resolution to its default' }).click();
    await page.getByText('1 setting changed').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await screen.close();
  });

  it('plays a sound for as long as asked, and stops it', async () => {
    const screen = await house().open(path(1));
    const { page } = screen;
    await page.getByRole('radio', { name: 'Dog bark' }).click();
    await page.getByLabel('For how long').selectOption('60');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.locator('[data-command-state=confirmed]', { hasText: 'Sound:' }).waitFor();
    await page.locator('.sound-card').getByRole('button', { name: 'Stop' }).click();
    await page.locator('[data-command-state=confirmed]', { hasText: 'Stop sound' }).waitFor();
    await screen.close();
  });

  it('shows raw messages without secrets and saves them', async () => {
    const screen = await house().open(path(1));
    const { page } = screen;
    await page.getByRole('button', { name: 'Show messages' }).click();
    await page.locator('.raw-messages summary').first().click();
    await expectAccessible(screen);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.json$/);
    await screen.close();
  });

  it('is renamed by the keyboard, and asks before a reboot', async () => {
    const screen = await house().open(path(1));
    const { page } = screen;
    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: 'Name' }).fill('Back garden');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Back garden' }).waitFor();
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Reboot…' }).click();
    await page.getByText('away for about a minute').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await screen.close();
    await house().api.json('PATCH', `/api/cameras/${house().cameras[1]?.cameraId ?? ''}`, { name: 'Garden' });
  });

  it('asks what becomes of the events of a camera that is removed, and leaves the lists', async () => {
    const spare = await newCamera(house().platform);
    await spare.untilConnected();
    const api = house().api;
    const known = async (): Promise<boolean> =>
      (await api.call('GET', `/api/cameras/${spare.cameraId}`)).status === 200;
    await waitFor(known, 'the spare camera in the list', 15_000);
    await spare.stop();
    const screen = await house().open(`/cameras/${spare.cameraId}`);
    const { page } = screen;
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('radio', { name: /Delete its events/ }).click();
    await dialog.getByRole('checkbox', { name: /Block its id/ }).click();
    await expectAccessible(screen);
    await dialog.getByRole('button', { name: 'Remove camera and events' }).click();
    await page.locator('main.home').waitFor();
    await page.locator(`[data-camera-id="${spare.cameraId}"]`).waitFor({ state: 'detached' });
    expect(await known()).toBe(false);
    await screen.close();
  });

  it('says so where there is no such camera', async () => {
    const screen = await house().open('/cameras/NOBODY');
    await screen.page.getByRole('heading', { name: 'This camera is not here' }).waitFor();
    await expectAccessible(screen);
    await screen.close();
  });
}
