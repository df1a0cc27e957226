import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `FULL=1` runs the fault tests with the numbers that the product promises; without it, with a tenth of them. */
const full = process.env['FULL'] === '1';
const slow = ['test/faults/**/*.test.ts', 'test/e2e/**/*.test.ts'];

/** Fault and browser tests start processes of their own, after everything else; the former one file at a time, so that nothing competes with them. */
const alone = (groupOrder: number) => ({
  environment: 'node',
  fileParallelism: false,
  testTimeout: full ? 1_800_000 : 120_000,
  hookTimeout: 120_000,
  sequence: { groupOrder },
});

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // graphql has an ESM and a CommonJS copy. Node gives everybody the second; Vite would give our sources the first, and two
  // GraphQLError classes make Yoga mask our own errors.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // A handle that a test forgot fails to hold up the run: the worker is ended, and the reporter names what hung.
    teardownTimeout: 10_000,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: { name: 'server', environment: 'node', include: ['test/**/*.test.ts'], exclude: ['test/*.test.ts', 'test/web/**', ...slow], testTimeout: 20_000 },
      },
      {
        extends: true,
        plugins: [vue()],
        test: { name: 'web', environment: 'happy-dom', include: ['test/web/**/*.test.ts'], testTimeout: 20_000 },
      },
      // The rules of the house: layers, lock file, generated files, sizes.
      {
        extends: true,
        test: { name: 'house', environment: 'node', include: ['test/*.test.ts'], testTimeout: 60_000 },
      },
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...alone(1) } },
      // Each file has a server and a browser of its own, and mostly waits for them: two at a time.
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...alone(2), fileParallelism: true } },
    ],
  },
});
