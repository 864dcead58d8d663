/** The house: one press sets every camera, an override ends, a schedule is made; two browsers agree. */
import { expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import { expectAccessible, expectSound, phone, type House } from './house.helpers.ts';

export function houseSuite(house: () => House): void {
  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/house', 'house', '.house-now');
  });

  it('sets every camera by one press, and a second browser shows it without a reload', async () => {
    const other = await house().open('/house', { viewport: phone });
    const screen = await house().open('/');
    await screen.page.getByRole('radio', { name: 'Away' }).click();
    await other.page.getByRole('radio', { name: 'Away', checked: true }).waitFor();
    await waitFor(
      async () => {
        const { cameras } = (await house().api.json('GET', '/api/cameras')) as {
          cameras: { id: string; mode: string }[];
        };
        const ours = new Set(house().cameras.map(({ cameraId }) => cameraId));
        return cameras.filter(({ id }) => ours.has(id)).every(({ mode }) => mode === 'armed');
      },
      'every camera reporting armed',
      15_000,
    );
    await screen.close();
    await other.close();
  });

  it('sets for an hour, says what comes then, and ends it at once when told', async () => {
    const { page, ...screen } = await opened();
    await page.getByLabel('How long').selectOption({ label: 'For an hour' });
    await page.getByRole('radio', { name: 'Night' }).click();
    await page.getByText(/^Set by admin, until .*, then Away/).waitFor();
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByRole('radio', { name: 'Away', checked: true }).waitFor();
    await screen.close();
  });

  it('makes a schedule, switches it off and removes it', async () => {
    const { page, guarded, ...screen } = await opened();
    await page.getByRole('button', { name: 'Add a schedule…' }).click();
    await page.getByLabel('Preset', { exact: true }).selectOption({ label: 'Night' });
    await page.getByLabel('Time', { exact: true }).fill('23:15');
    for (const day of ['Saturday', 'Sunday']) await page.getByLabel(day).click();
    await expectAccessible(guarded);
    await page.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Night, 23:15' });
    await row.getByText('Monday to Friday').waitFor();
    await page.getByText(/Next: Night/).waitFor();
    await row.getByRole('switch').click();
    await page.getByText(/Next: Night/).waitFor({ state: 'detached' });
    await row.getByRole('button', { name: 'Change Night, 23:15' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    await screen.close();
  });

  it('makes a preset of its own in which one camera differs', async () => {
    const { page, ...screen } = await opened();
    await page.getByRole('button', { name: 'Add a preset…' }).click();
    await page.getByLabel('Name').fill('Party');
    await page.getByRole('dialog').getByRole('radio', { name: 'Privacy' }).click();
    await page.getByLabel('Front door').selectOption({ label: 'Armed' });
    await page.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Party' });
    await row.getByText('1 camera differs').waitFor();
    expect(await page.getByRole('radio', { name: 'Party' }).count()).toBe(1);
    await screen.close();
  });

  async function opened() {
    const guarded = await house().open('/house');
    await guarded.page.locator('.house-now').waitFor();
    return { guarded, page: guarded.page, close: () => guarded.close() };
  }
}
