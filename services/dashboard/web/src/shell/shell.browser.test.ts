/**
 * The shell in a real Chromium, by keyboard and on a phone: the built page under the policy it is served with. Every
 * error of the console fails the test, what the policy forbids among them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPageServer, testCamera, type PageServer } from '../live/page.helpers.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = !existsSync(executablePath);
if (missing) console.log('skipped: the shell in a browser, because of missing Chromium');

const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

describe.skipIf(missing)('the shell in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let server: PageServer;
  const faults: string[] = [];

  beforeAll(async () => {
    server = await startPageServer({
      cameras: [testCamera('0A1B2C3D4E5F60718293A4B5C6D7E8F1', 'Front door')],
      thumbnail: readFileSync(new URL('../../public/icons/192.png', import.meta.url)),
      onViewer: () => undefined,
    });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(() => open({ viewport: desk }));
  afterEach(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });

  async function open(options: Parameters<Browser['newContext']>[0]): Promise<void> {
    faults.length = 0;
    context = await browser.newContext(options);
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`uncaught ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console ${message.text()}`);
    });
    await page.goto(server.url);
    await page.locator('main.home article').waitFor();
  }
  const focused = (): Promise<string> =>
    page.evaluate<string>(
      'document.activeElement.id || document.activeElement.ariaLabel || document.activeElement.textContent',
    );

  it('begins with a link past the navigation', async () => {
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('content');
  });

  it('goes to screens by two keys, tells their title, and Back undoes it', async () => {
    await page.waitForFunction("document.title === 'Apiary'");
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.locator('main.live').waitFor();
    await page.waitForFunction("document.title === 'Live · Apiary'");
    expect(await focused()).toBe('content');
    await page.goBack();
    await page.locator('main.home').waitFor();
    await page.waitForFunction("document.title === 'Apiary'");
  });

  it('lists its keys by ?, and gives the focus back', async () => {
    const account = page.getByRole('button', { name: 'Account of admin' });
    await account.focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction("document.activeElement.ariaLabel === 'Account of admin'");
  });

  it('opens a menu by arrow key, a dialog from it, and comes back to where it began', async () => {
    await page.getByRole('button', { name: 'Account of admin' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).waitFor();
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction("document.activeElement.ariaLabel === 'Account of admin'");
  });

  it('says that an address is unknown, and leads home', async () => {
    await page.evaluate(
      "history.pushState(null, '', '/nowhere'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
    await page.getByRole('link', { name: 'Go home' }).click();
    await page.locator('main.home article').waitFor();
  });

  it('fits a phone, with its navigation below', async () => {
    await context.close();
    await open({ viewport: phone, hasTouch: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    await page.locator('.bar').getByRole('link', { name: 'Live' }).tap();
    await page.locator('main.live').waitFor();
  });

  it('speaks German where the browser asks for it', async () => {
    await context.close();
    await open({ viewport: desk, locale: 'de-AT' });
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    await page.getByRole('link', { name: 'Übersicht' }).waitFor();
  });

  it('shows itself without the server, and says that it is away', async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await page.waitForFunction('navigator.serviceWorker.controller !== null');
    await context.setOffline(true);
    await page.reload();
    await page.getByText('The server cannot be reached.').waitFor();
    // That requests fail is what was asked for.
    faults.length = 0;
  });
});
