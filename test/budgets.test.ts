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

const CHAT = 'src/chat/ChatPage.vue';
const INBOX = 'src/inbox/InboxPage.vue';

describe('first load', () => {
  it.each([
    ['the chat page', CHAT, 60],
    ['the inbox', INBOX, 130],
  ])('of %s (%s) is at most %i KiB', (_, page, budget) => {
    const files = new Set(['index.html', ...filesOf('index.html'), ...filesOf(page)]);
    const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/web/${file}`), { level: 9 }).length, 0);
    expect(Math.ceil(bytes / 1024)).toBeLessThanOrEqual(budget);
  });

  it('of the chat page holds nothing of the inbox', () => {
    expect([...filesOf('index.html'), ...filesOf(CHAT)]).not.toContain(manifest[INBOX]?.file);
  });
});

/** The chunk and what it cannot do without, in dist/web. */
function filesOf(name: string, seen = new Set<string>()): string[] {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`${name} is not a chunk of the web build`);
  if (seen.has(name)) return [];
  seen.add(name);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((other) => filesOf(other, seen))];
}
