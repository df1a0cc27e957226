import type { Article } from './search-index.ts';

/**
 * An article as a file: front matter with `aliases:` (a list, or one line with semicolons) if there are any, the first `# ` line as title, the rest as
 * body. The id is the file's name; without a title line it is the title, too.
 */
export function readArticle(fileName: string, content: string): Article {
  const id = fileName.replace(/\.md$/i, '');
  const [, head = '', rest = ''] = /^\uFEFF?(?:---\n([\s\S]*?)\n---\n)?([\s\S]*)$/.exec(content.replace(/\r\n?/g, '\n')) ?? [];
  const [line, title] = /^# +(.+?) *$/m.exec(rest) ?? [];
  return { id, title: title ?? id.replace(/[-_]+/g, ' '), body: (line ? rest.replace(line, '') : rest).trim(), aliases: aliasesOf(head) };
}

function aliasesOf(head: string): readonly string[] {
  const [, inline = '', list = ''] = /^aliases:[ \t]*(.*)\n?((?:[ \t]*-[ \t].*\n?)*)/m.exec(head) ?? [];
  return [...inline.replace(/^\[|\]$/g, '').split(/[;,]/), ...list.split('\n').map((line) => line.replace(/^\s*-\s*/, ''))]
    .map((alias) => alias.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((alias) => alias !== '');
}
