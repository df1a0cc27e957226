import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withServer } from './_util/server-process.ts';

const documents = [
  'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];
const read = (path: string): string => readFileSync(path, 'utf8');
const readme = read('README.md');

describe('the documents', () => {
  it.each(documents)('%s names files that exist', (path) => {
    const named = [...read(path).matchAll(/[`(]((?:server|web|test|docs|drizzle|\.ci)\/[\w./-]*\w)\/?[`)]/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !existsSync(name))).toEqual([]);
  });

  it.each(documents)('%s names scripts that exist', (path) => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = [...read(path).matchAll(/npm (?:run )?(start|test\b[\w:]*|(?<=run )[\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('README lists every setting, and no other', () => {
    const settings = [...read('server/config.ts').matchAll(/^ {2}([A-Z_]+): (?:z|origin|proxies)\b/gm)].map(([, name]) => name).filter((name) => name !== 'NODE_ENV');
    expect([...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)).toEqual(settings);
  });

  it('README shows integrators what works as it stands', async () => {
    await withServer({}, async ({ url }) => {
      const [start = ''] = blocks('sh').filter((block) => block.includes('BASE='));
      const { stdout } = await promisify(execFile)('bash', ['-euc', `${start.replace(/BASE=.*/, `BASE=${url}`)}`]);
      const [sent = ''] = stdout.trim().split('\n');
      expect(JSON.parse(sent)).toMatchObject({ data: { sendMessage: { message: { text: 'Where is my parcel?' } } } });
    });
  });
});

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
}
