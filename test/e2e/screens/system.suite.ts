/** System: an owner looks after the installation: its health, what it keeps, who did what, its logs. */
import { expect, it } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll, expectSound, phone, type House } from './house.helpers.ts';

export function systemSuite(house: () => House): void {
  it('is sound at both sizes and in both themes', async () => {
    await expectSound(house(), '/system', 'system', 'table.table .badge');
    await expectSound(house(), '/system?tab=storage', 'system-storage', 'input[name=eventsDays]');
    await expectSound(house(), '/system?tab=audit', 'system-audit', 'table.table');
    await expectSound(house(), '/system?tab=logs', 'system-logs', '.log-line');
  }, 120_000);

  it('shows every part healthy, and tabs by key and by address', async () => {
    const system = await house().open('/system');
    const { page } = system;
    await page.getByRole('heading', { name: 'Everything works' }).waitFor();
    await page.getByRole('row', { name: /Database.*Healthy/ }).waitFor();
    await page.keyboard.press('2');
    await page.getByRole('tab', { name: 'Storage', selected: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?tab=storage');
    await page.goBack();
    await page.getByRole('tab', { name: 'Health', selected: true }).waitFor();
    await system.close();
  });

  it('saves retention after what would go was shown, and refuses what is no limit', async () => {
    const system = await house().open('/system?tab=storage');
    const { page } = system;
    const recordings = page.getByLabel('Recordings, days');
    await recordings.fill('0');
    await page.getByRole('button', { name: 'See what would go…' }).click();
    await page.getByText('Whole days from 1 to 3650, or empty.').waitFor();
    await recordings.fill('45');
    await page.getByRole('button', { name: 'See what would go…' }).click();
    await page.getByText('Nothing would go now.').waitFor();
    await expectAccessible(system);
    expect(await house().api.json('GET', '/api/retention')).not.toMatchObject({ recordingsDays: 45 });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('.toast-text', { hasText: 'Retention is saved.' }).waitFor();
    expect(await house().api.json('GET', '/api/retention')).toMatchObject({ recordingsDays: 45 });
    await system.close();
  });

  it('looks for loose ends and says what came of it', async () => {
    const system = await house().open('/system?tab=storage', { viewport: phone });
    const { page } = system;
    await page.getByRole('button', { name: 'Look for them' }).click();
    await page.getByText('No loose ends were found.').waitFor();
    await system.close();
  });

  it('narrows the audit log; the filter is in the address and a chip takes it away', async () => {
    const system = await house().open('/system?tab=audit');
    const { page } = system;
    await page.getByLabel('What', { exact: true }).selectOption({ label: 'Camera renamed' });
    const chip = page.getByRole('button', { name: 'Remove Camera renamed' });
    await chip.waitFor();
    expect(new URL(page.url()).searchParams.get('action')).toBe('camera_renamed');
    await page.getByRole('row', { name: /Camera renamed.*Hall/ }).waitFor();
    await page.getByRole('cell', { name: 'Logged in' }).waitFor({ state: 'detached' });
    await chip.click();
    await page
      .getByRole('row', { name: /Logged in/ })
      .first()
      .waitFor();
    await system.close();
  });

  it('follows the logs of one part', async () => {
    const system = await house().open('/system?tab=logs', { viewport: phone });
    const { page } = system;
    await page.getByLabel('Part', { exact: true }).selectOption({ label: 'Dashboard' });
    await page.locator('.log-line').first().waitFor();
    await expectNoSidewaysScroll(system);
    await page.getByLabel('Contains').fill('nobody would log this');
    await page.getByText('No lines match').waitFor();
    await system.close();
  });
}
