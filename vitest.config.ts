import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{chain,modules,lightclient,proto,testnet,test}/**/*.test.ts'],
    // Interop, stories and benches need peers or minutes: they have commands of their own.
    exclude: ['**/node_modules/**', 'test/{interop,e2e,bench}/**'],
    pool: 'threads',
    maxWorkers: 2,
    // One context for many files would be faster, but ports such as the hasher are process-wide and must not leak between tests.
    isolate: true,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: process.env.CI === undefined ? ['default'] : ['dot'],
  },
});
