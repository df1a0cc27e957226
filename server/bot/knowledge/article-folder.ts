import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArticleFile } from './article-file.ts';
import { readArticle } from './article-file.ts';

/** Every `.md` file of a folder itself, by name, one read at a time. @throws as the file system does */
export async function* readArticles(folder: string): AsyncGenerator<ArticleFile, void, undefined> {
  const names = (await readdir(folder)).filter((name) => /\.md$/i.test(name)).sort();
  for (const name of names) yield readArticle(name, await readFile(join(folder, name), 'utf8'));
}
