/** Notifications: a rule is tried on the past and saved, the house is paused, and what became of alerts is listed. */
import { expect, it } from 'vitest';
import { expectAccessible, expectSound, type House } from './house.helpers.ts';

export function notificationsSuite(house: () => House): void {
  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/notifications', 'notifications', '.rows');
  });

  it('tries a rule on the past, saves it, and takes it away again', async () => {
    const screen = await house().open('/notifications');
    const { page } = screen;
    await page.getByRole('button', { name: 'Change the rule of Garden' }).click();
    await page.getByLabel('Motion').selectOption({ label: 'Off' });
    await page.getByRole('dialog').getByRole('radio', { name: 'Its own' }).click();
    await page.getByRole('button', { name: 'Add quiet hours' }).click();
    await expectAccessible(screen);
    await page.getByRole('button', { name: 'Try on the last 7 days' }).click();
    await page.getByText(/^These rules would have sent \d+ alert/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Garden' }).first();
    await row.getByText('Own rule').waitFor();
    const stored = (await house().api.json('GET', '/api/notifications')) as {
      cameras: Record<string, { kinds?: { motion?: boolean }; quietHours?: unknown[] }>;
    };
    const rule = stored.cameras[house().cameras[1]?.cameraId ?? ''];
    expect(rule?.kinds?.motion).toBe(false);
    expect(rule?.quietHours).toHaveLength(1);
    await row.getByRole('button', { name: 'Change the rule of Garden' }).click();
    await page.getByRole('button', { name: 'Back to the house’s rule' }).click();
    await row.getByText('As the house').waitFor();
    await screen.close();
  });

  it('pauses the house and ends the pause', async () => {
    const screen = await house().open('/notifications');
    const { page } = screen;
    await page.getByLabel('Pause all for').selectOption({ label: '30 minutes' });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText(/^until .*, by admin$/).waitFor();
    await page.getByRole('button', { name: 'End the pause of The whole house' }).click();
    await page.getByText('Nothing is paused.').waitFor();
    await screen.close();
  });
}
