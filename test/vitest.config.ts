import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** `FULL=1` runs the fault tests with the numbers that the product promises; without it, with a tenth of them. */
const full = process.env['FULL'] === '1';
const FULL_MS = 1_800_000;
const slow = ['test/faults/**/*.test.ts', 'test/e2e/**/*.test.ts'];

/**
 * Most tests wait for disks, processes and browsers more than they compute, so there are more workers than cores. Fault and browser tests start
 * processes of their own, after everything else; with the full numbers the former run one file at a time, so that nothing competes with them.
 */
const WORKERS = 4;
const later = (groupOrder: number, maxWorkers: number) => ({
  environment: 'node',
  maxWorkers,
  testTimeout: full ? FULL_MS : 120_000,
  hookTimeout: 120_000,
  sequence: { groupOrder },
});

/** Vitest begins with the largest files, and these are small, and take longest: begun last, one of them would run on alone. */
const LONG = ['accessibility', 'reload', 'transports'].map((name) => `/e2e/${name}.test.ts`);

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rankOf = ({ project, moduleId }: TestSpecification): number => (project.name !== 'e2e' ? 0 : LONG.some((end) => moduleId.endsWith(end)) ? 1 : 2);
    return sorted.sort((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // graphql has an ESM and a CommonJS copy. Node gives everybody the second; Vite would give our sources the first, and two
  // GraphQLError classes make Yoga mask our own errors.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    maxWorkers: WORKERS,
    // A handle that a test forgot fails to hold up the run: the worker is ended, and the reporter names what hung.
    teardownTimeout: 10_000,
    reporters: ['default'],
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: { name: 'server', environment: 'node', include: ['test/**/*.test.ts'], exclude: ['test/*.test.ts', 'test/web/**', ...slow], testTimeout: full ? FULL_MS : 20_000 },
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
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...later(1, full ? 1 : 2) } },
      {
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...later(2, WORKERS), maxConcurrency: 3, expect: { poll: { timeout: 20_000 } } },
      },
    ],
  },
});
