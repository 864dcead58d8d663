import { defineConfig } from 'vitest/config';

// Unit tests sit beside their source; suites that need several processes live in test/.
export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'services/dashboard/web/src/**/*.test.{ts,tsx}',
      'certgen/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
