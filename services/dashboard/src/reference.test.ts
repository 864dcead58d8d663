/** docs/ref/api.md names every operation and every error code, and none that does not exist. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './dashboard.helpers.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/ref/api.md', import.meta.url)), 'utf8');
const source = fileURLToPath(new URL('.', import.meta.url));

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

describe('docs/ref/api.md', () => {
  it('names the operations of the OpenAPI document, all and only', async () => {
    const document: { paths: Record<string, object> } = (await harness.call('GET', '/api/openapi.json')).json;
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const named = [...page.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/api\/[^`?]+)/g)].map(
      (match) => `${match[1]} ${match[2]}`,
    );
    expect([...new Set(named)].sort()).toEqual(operations.sort());
  });

  it('names every error code', () => {
    const codes = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(source, name), 'utf8'))
      .flatMap((text) => [
        ...text.matchAll(/new AppError\(\s*\d+,\s*'(\w+)'/g),
        ...text.matchAll(/(?:badRequest|conflict)\(\s*'(\w+)'/g),
      ])
      .map((match) => match[1]);
    expect(new Set(codes).size).toBeGreaterThan(8);
    for (const code of new Set(codes)) expect(page).toContain(`\`${code}\``);
  });
});
