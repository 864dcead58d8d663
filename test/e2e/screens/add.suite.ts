/** Adding a camera: what was asked for, the package, and the ticks of one that arrives. */
import { expect, it } from 'vitest';
import { simulatedCameraId } from '@apiary/camera-simulator';
import { factoryDatabase } from '../../../services/dashboard/src/onboarding/fake-camera-files.helpers.ts';
import { newCamera } from '../cameras.helpers.ts';
import { expectAccessible, expectSound, keepPicture, phone, type House } from './house.helpers.ts';

export function addSuite(house: () => House): void {
  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/add', 'add', '.prepare-steps');
    await expectSound(house(), '/add?way=package', 'add-package', '.add-form input[type=file]');
  });

  it('says what is wrong before it asks the server', async () => {
    const screen = await house().open('/add', { viewport: phone });
    const { page } = screen;
    await page.getByLabel('Address of the camera').fill('camera.local');
    await page.getByRole('button', { name: 'Move the camera over' }).click();
    await page.getByText('Enter an address such as').waitFor();
    await page.getByLabel('Camera id').fill('not an id');
    await page.getByRole('button', { name: 'Watch for it' }).click();
    await page.getByText('An id has 32 characters').waitFor();
    await expectAccessible(screen);
    await screen.close();
  });

  it('follows a camera from nothing to connected and gives it its name', async () => {
    const cameraId = simulatedCameraId(1, `add ${process.pid} ${Date.now()}`);
    const screen = await house().open('/add');
    const { page } = screen;
    await page.getByLabel('Camera id').fill(cameraId.toLowerCase());
    await page.getByRole('button', { name: 'Watch for it' }).click();
    await page.locator('[data-tick=configFetched]:not(.tick-done)').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Shed');
    const camera = await newCamera(house().platform, { cameraId });
    await page.locator('[data-tick=connected].tick-done').waitFor();
    await page.locator('.toast-text', { hasText: 'It is called Shed now.' }).waitFor();
    await expectAccessible(screen);
    await keepPicture(screen, 'add-arrived-desktop-light');
    await page.getByRole('link', { name: 'Open the camera' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shed' }).waitFor();
    await camera.stop();
    await house().api.call('DELETE', `/api/cameras/${camera.cameraId}?events=delete&block=true`);
    await screen.close();
  });

  it('makes the package of the camera’s own files', async () => {
    const cameraId = simulatedCameraId(2, 'a package');
    const screen = await house().open('/add?way=package');
    const { page } = screen;
    const make = page.getByRole('button', { name: 'Make the package' });
    await make.click();
    await page.getByText('Choose this file.').first().waitFor();
    await page.getByLabel('Camera id').first().fill(cameraId);
    const choose = (label: RegExp, name: string, buffer: Buffer): Promise<void> =>
      page.getByLabel(label).setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await choose(/^Database/, 'master_ctrl.db', await factoryDatabase());
    await choose(/^CA bundle/, 'ca-bundle.trust.crt', Buffer.from(await house().platform.caPem()));
    const download = page.waitForEvent('download');
    await make.click();
    expect((await download).suggestedFilename()).toBe(`camera_${cameraId}.zip`);
    await page.getByText('SHA-256 of the ZIP').waitFor();
    // The camera of the package is the one to wait for.
    await page.locator('[data-tick=configFetched]').waitFor();
    await expectAccessible(screen);
    await screen.close();
  });
}
