import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each place may not import: repository paths and package names (ARCHITECTURE.md has the map). One row, one rule. */
const rules: readonly { place: RegExp; never: RegExp }[] = [
  { place: /^server\/main\.ts$/, never: /^(?!server\/cli\.ts$)/ },
  { place: /^server\/cli\.ts$/, never: /^(?!node:|server\/((app|config|domain\/errors|store\/sqlite\/failures)\.ts$|commands\/))/ },
  { place: /^server\/commands\//, never: /^server\/(main|cli|app|http|ws|graphql|bus|demo|bot(?!\/(knowledge\/article-folder|model\/(files|fetch-model))\.ts))\b/ },
  { place: /^server\/config\.ts$/, never: /^server\// },
  { place: /^server\/(http|ws)\.ts$/, never: /^server\/store\/|^server\/domain\/(?!(ports\/|(types|errors)\.ts$))/ },
  { place: /^server\/graphql\//, never: /^server\/(store|bus)\/|^(drizzle-orm|better-sqlite3|ws|node:http)\b/ },
  { place: /^server\/domain\//, never: /^server\/(?!domain\/)|^(@?graphql|@pothos|drizzle-orm|better-sqlite3|ws$|node:http|pino|ioredis|pg$)/ },
  { place: /^server\/store\//, never: /^server\/(graphql|bus|bot|auth)\/|^server\/domain\/(?!(ports\/|(types|errors|limits|access)\.ts$))/ },
  { place: /^server\/bus\//, never: /^server\/(store|graphql|bot|auth)\/|^server\/domain\/(?!(ports\/|(types|errors|limits)\.ts$))/ },
  { place: /^server\/bot\//, never: /^server\/(graphql|store)\// },
  { place: /^server\/limits\//, never: /^server\/(graphql|store|bus|bot|auth|demo)\// },
  { place: /^server\/auth\//, never: /^server\/(graphql|store)\// },
  { place: /^server\/(?!(main|cli)\.ts|commands\/)/, never: /^server\/((main|cli|app)\.ts$|commands\/)/ },
  { place: /^server\//, never: /^(web|test)\// },
  { place: /^web\//, never: /^(server|test)\// },
];

const files = ['server', 'web'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((path) => /\.(ts|vue)$/.test(path) && !path.endsWith('.d.ts'));
const sources = files.map((path) => ({ path, code: readFileSync(path, 'utf8') }));

describe('the houses', () => {
  it('import only what they may', () => {
    const broken = sources.flatMap(({ path, code }) => importsOf(path, code)
      .filter((target) => isForbidden(path, target))
      .map((target) => `${path} imports ${target}`));
    expect(broken).toEqual([]);
  });

  it.each([
    ['server/main.ts', 'server/app.ts'],
    ['server/cli.ts', 'server/store/sqlite/open.ts'],
    ['server/commands/doctor.ts', 'server/graphql/engine.ts'],
    ['server/config.ts', 'server/log.ts'],
    ['server/ws.ts', 'server/domain/messages.ts'],
    ['server/graphql/context.ts', 'drizzle-orm/better-sqlite3'],
    ['server/domain/messages.ts', 'graphql'],
    ['server/store/sqlite/change.ts', 'server/domain/messages.ts'],
    ['server/bus/memory.ts', 'server/graphql/builder.ts'],
    ['server/bot/runner.ts', 'server/store/cursors.ts'],
    ['server/auth/sessions.ts', 'server/graphql/context.ts'],
    ['server/http.ts', 'server/app.ts'],
    ['server/app.ts', 'web/src/main.ts'],
    ['web/src/main.ts', 'server/domain/types.ts'],
  ])('would refuse that %s imports %s', (path, target) => {
    expect(isForbidden(path, target)).toBe(true);
  });

  it('read the environment at the top and hand it down as a config', () => {
    expect(offending(/\bprocess\.env\b/, (path) => path.startsWith('server/') && !/^server\/(main|cli|config|build)\.ts$/.test(path))).toEqual([]);
  });

  it('say what a value is: no any, no silenced checks', () => {
    expect(offending(/(: |<|\bas )any(?=\s*([,;)=>|&[\]{]|$))|@ts-(ignore|nocheck|expect-error)/, () => true)).toEqual([]);
  });

  it('R55: listen to no page that frames them, and speak to none', () => {
    expect(offending(/(?<!channel)\.postMessage\(|addEventListener\(['"]message|window\.(onmessage|parent|opener|top)\b/, (path) => path.startsWith('web/') && !path.endsWith('.d.ts'))).toEqual([]);
  });

  it('R58: never turn text into HTML or code in the browser', () => {
    expect(offending(/v-html|(inner|outer)HTML|insertAdjacentHTML|\beval\(|new Function\b|document\.write/, (path) => path.startsWith('web/'))).toEqual([]);
  });
});

function isForbidden(path: string, target: string): boolean {
  return rules.some((rule) => rule.place.test(path) && rule.never.test(target));
}

function importsOf(path: string, code: string): string[] {
  return [...code.matchAll(/(?:\bfrom|^import|\bimport\s*\()\s*['"]([^'"]+)['"]/gm)].map(([, target = '']) => (
    target.startsWith('.') ? join(dirname(path), target) : target
  ));
}

function offending(pattern: RegExp, concerns: (path: string) => boolean): string[] {
  return sources.filter(({ path }) => concerns(path)).flatMap(({ path, code }) => (
    code.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : []))
  ));
}
