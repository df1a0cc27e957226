import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArticle } from './article-file.ts';
import type { Article } from './search-index.ts';

/** Every `.md` file of a folder, by name; none where there is no such folder. */
export async function readArticles(folder: string): Promise<Article[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => /\.md$/i.test(name)).sort();
  return Promise.all(files.map(async (name) => readArticle(name, await readFile(join(folder, name), 'utf8'))));
}
