import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { schema } from '../server/graphql/schema/index.ts';

/** What is generated and committed is what the sources generate now. */

const scratch = mkdtempSync(join(tmpdir(), 'minicom-generated-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('schema.graphql', () => {
  it('is what the code serves (npm run schema)', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  it('is what the web app is typed against (npm run schema)', async () => {
    const output = join(scratch, 'graphql-env.d.ts');
    await node('gql.tada/bin/cli.js', 'generate-output', '-c', 'web/tsconfig.json', '-o', output);
    expect(readFileSync(output).equals(readFileSync('web/src/graphql/graphql-env.d.ts')), 'web/src/graphql/graphql-env.d.ts is stale').toBe(true);
  });
});

describe('drizzle/sqlite', () => {
  it('has a migration for every change of the tables', async () => {
    const folder = join(scratch, 'migrations');
    cpSync('drizzle/sqlite', folder, { recursive: true });
    // drizzle-kit puts "./" before whatever it is given.
    const out = relative('.', folder);
    await node('drizzle-kit/bin.cjs', 'generate', '--dialect', 'sqlite', '--schema', 'server/store/sqlite/schema.ts', '--out', out);
    expect(readdirSync(folder, { recursive: true })).toEqual(readdirSync('drizzle/sqlite', { recursive: true }));
  });

  it('holds migrations that follow from one another', async () => {
    await node('drizzle-kit/bin.cjs', 'check', '--dialect', 'sqlite', '--out', 'drizzle/sqlite');
  });
});

async function node(script: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join('node_modules', script), ...args]);
}
