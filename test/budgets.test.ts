import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** What a browser loads before it can show a page, in KiB of gzip. Reads the last build of the web app, which `npm test` and `npm run check` make. */

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const manifest: Record<string, Chunk> = JSON.parse(readFileSync('dist/web/.vite/manifest.json', 'utf8'));

const PAGES = {
  chat: ['index.html', 'src/chat/ChatPage.vue'],
  inbox: ['index.html', 'src/router.ts', 'src/inbox/InboxPage.vue'],
};

describe('first load', () => {
  it.each([
    ['chat', 60],
    ['inbox', 130],
  ] as const)('of the %s is at most %i KiB', (page, budget) => {
    const files = new Set(['index.html', ...filesOf(PAGES[page])]);
    const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/web/${file}`), { level: 9 }).length, 0);
    expect(Math.ceil(bytes / 1024)).toBeLessThanOrEqual(budget);
  });

  it('of the chat holds nothing of the inbox', () => {
    expect(filesOf(PAGES.chat)).not.toContain(manifest['src/inbox/InboxPage.vue']?.file);
  });
});

/** These chunks and what they cannot do without, in dist/web. */
function filesOf(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not a chunk of the web build`);
    return [chunk.file, ...(chunk.css ?? []), ...filesOf(chunk.imports ?? [])];
  });
}
