import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArticleFile } from './article-file.ts';
import { readArticle } from './article-file.ts';

/** Every `.md` file of a folder itself, by name, one read at a time. @throws as the file system does */
export async function* readArticles(folder: string): AsyncGenerator<ArticleFile, void, undefined> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((file) => !file.isDirectory() && /\.md$/i.test(file.name));
  for (const name of files.map((file) => file.name).sort()) yield readArticle(name, await readFile(join(folder, name), 'utf8'));
}
