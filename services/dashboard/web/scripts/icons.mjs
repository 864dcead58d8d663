// Draws the icons of the installed page from the logo, in Chromium: `node scripts/icons.mjs [path of Chromium]` here.
import { chromium } from 'playwright-core';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../public/icons/', import.meta.url));
const cell = 'M16 1.5 28.6 8.7v14.6L16 30.5 3.4 23.3V8.7z';
const ring = 'M16 8a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z';

/** `margin`: parts of the side left free, so that no mask cuts into the cell. */
const icons = [
  { name: '192', side: 192, margin: 0.02, ground: 'none' },
  { name: '512', side: 512, margin: 0.02, ground: 'none' },
  { name: 'maskable-512', side: 512, margin: 0.2, ground: '#1d1c19' },
  { name: 'apple-180', side: 180, margin: 0.14, ground: '#1d1c19' },
  // Android shows its shape alone.
  { name: 'badge', side: 96, margin: 0.04, ground: 'none', badge: true },
];

const browser = await chromium.launch({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
await mkdir(folder, { recursive: true });
for (const { name, side, margin, ground, badge = false } of icons) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const inner = badge
    ? `<path fill="#fff" fill-rule="evenodd" d="${cell} ${ring}"/><circle cx="16" cy="16" r="1.8" fill="#fff"/>`
    : `<path fill="#f2a31b" d="${cell}"/><path fill="#2b2008" d="${ring}"/><circle cx="16" cy="16" r="1.8" fill="#2b2008"/>`;
  const scale = 1 - 2 * margin;
  await page.setContent(
    `<style>body{margin:0}</style><svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 32 32">
    <rect width="32" height="32" fill="${ground}"/>
    <g transform="translate(${32 * margin} ${32 * margin}) scale(${scale})">${inner}</g></svg>`,
  );
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
