/** People and account: an admin makes an account for one camera, its owner changes the password and sees just that. */
import { expect, it } from 'vitest';
import { Api } from '../api.helpers.ts';
import { expectAccessible, expectSound, phone, type House } from './house.helpers.ts';

export function peopleSuite(house: () => House): void {
  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/people', 'people', 'table.table');
    await expectSound(house(), '/account', 'account', 'table.table');
  });

  it('gives somebody one camera; the account is made to change its password, and sees that camera alone', async () => {
    const [front] = house().cameras;
    const admin = await house().open('/people');
    const { page } = admin;
    await page.getByRole('button', { name: 'Add a person…' }).click();
    await page.getByLabel('User name').fill('Anna');
    await page.getByRole('radio', { name: /Only these/ }).click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Choose at least one camera.').waitFor();
    await page.getByLabel('Front door').click();
    await expectAccessible(admin);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const password = (await page.locator('.secret-shown').textContent()) ?? '';
    expect(password.length).toBeGreaterThanOrEqual(12);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /anna/ }).getByText('1 camera').waitFor();

    const stranger = await house().open('/', { stranger: true, viewport: phone });
    stranger.allow(/^response 401 GET \/api\/(bootstrap|auth\/me)$/, /^response 403 GET \/api\/bootstrap$/);
    const theirs = stranger.page;
    await theirs.locator('input[name=username]').fill('anna');
    await theirs.locator('input[name=password]').fill(password);
    await theirs.locator('button[type=submit]').click();
    // Nothing else may be done with the generated password.
    await theirs.locator('input[name=currentPassword]').fill(password);
    await theirs.locator('input[name=newPassword]').fill('three bees on a warm stone');
    await theirs.locator('button[type=submit]').click();
    await theirs.locator('main.home').waitFor();
    await theirs.locator(`[data-camera-id="${front?.cameraId ?? ''}"]`).waitFor();
    expect(await theirs.locator('[data-camera-id]').count()).toBe(1);

    // Disabled by the admin: what is open there ends at once.
    await page.getByRole('button', { name: 'More for anna' }).click();
    await page.getByRole('menuitem', { name: 'Disable…' }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('row', { name: /anna/ }).getByText('Disabled').waitFor();
    stranger.allow(/^response 401 /);
    await theirs.locator('input[name=username]').waitFor();
    await stranger.close();
    await admin.close();
  });

  it('makes an API token that a script can use until it is revoked', async () => {
    const account = await house().open('/account');
    const { page } = account;
    await page.getByRole('button', { name: 'New token…' }).click();
    await page.getByLabel('Name').fill('A script');
    await page.getByRole('button', { name: 'Make token' }).click();
    const token = (await page.locator('.secret-shown').textContent()) ?? '';
    await page.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name: /A script/ });
    await row.waitFor();
    const script = await Api.open(house().platform);
    const asScript = { authorization: `Bearer ${token}` };
    expect((await script.call('GET', '/api/cameras', undefined, asScript)).status).toBe(200);
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
    expect((await script.call('GET', '/api/cameras', undefined, asScript)).status).toBe(401);
    await account.close();
  });

  it('speaks German where the browser does', async () => {
    const account = await house().open('/account', { language: 'de' });
    await account.page.getByRole('heading', { name: 'Wo Sie angemeldet sind' }).waitFor();
    expect(await account.page.locator('html').getAttribute('lang')).toBe('de');
    await account.close();
  });
}
