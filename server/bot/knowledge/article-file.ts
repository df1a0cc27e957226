import type { ArticleContent } from '../../domain/ports/bot.ts';

export interface ArticleFile extends ArticleContent { readonly id: string }

/**
 * An article as a Markdown file. Front matter, if there is any, may have `title:`, `aliases:` (a list, also as `[one, two]`, or one line with semicolons)
 * and `published: false`. Without a title there, the first heading of the first level is the title; without one, the file's name is. The id is the file's
 * name.
 */
export function readArticle(fileName: string, content: string): ArticleFile {
  const id = fileName.replace(/\.md$/i, '');
  const [, head = '', rest = ''] = /^\uFEFF?(?:---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$))?([\s\S]*)$/.exec(content.replace(/\r\n?/g, '\n')) ?? [];
  const [heading, hashed, underlined] = /^# +(.+?)(?: +#+)? *$|^(\S.*?) *\n=+ *$/m.exec(rest) ?? [];
  const headed = hashed ?? underlined;
  const title = unquoted(/^title:[ \t]*(\S.*)$/m.exec(head)?.[1] ?? '') || headed || id.replace(/[-_]+/g, ' ');
  const body = (heading !== undefined && headed === title ? rest.replace(heading, '') : rest).trim();
  return { id, title, body, aliases: aliasesOf(head), published: !/^published:[ \t]*(?:false|no)[ \t]*$/im.test(head) };
}

function aliasesOf(head: string): readonly string[] {
  const [, inline = '', list = ''] = /^aliases:[ \t]*(.*)\n?((?:[ \t]*-[ \t].*\n?)*)/m.exec(head) ?? [];
  const [bracketed, within = ''] = /^\[(.*)\][ \t]*$/.exec(inline) ?? [];
  const inLine = bracketed === undefined ? inline.split(';') : within.match(/"[^"]*"|'[^']*'|[^,\s][^,]*/g) ?? [];
  return [...inLine, ...list.split('\n').map((line) => line.replace(/^\s*-\s*/, ''))].map(unquoted).filter((alias) => alias !== '');
}

function unquoted(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, '$2');
}
