import { stat } from 'node:fs/promises';
import { readArticles } from '../bot/knowledge/article-folder.ts';
import type { Config } from '../config.ts';
import { importArticle } from '../domain/articles.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { withData } from './open.ts';

/**
 * Puts the `.md` files of a folder into the knowledge base, and says of each what became of it. A running server knows them at its next question.
 * @returns 1 if any was refused. @throws InvalidInputError if there is no such folder, or no such file in it
 */
export async function importArticles(config: Config, [folder = '']: readonly string[]): Promise<number> {
  if (folder === '') throw new InvalidInputError('folder', 'Give a folder of .md files: articles import <folder>.');
  if (!(await stat(folder).catch(() => null))?.isDirectory()) throw new InvalidInputError('folder', `There is no folder ${folder}.`);
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  await withData(config, async ({ store }) => {
    for await (const { id, ...content } of readArticles(folder)) {
      try {
        const { outcome, article } = await importArticle(store, id, content);
        counts[outcome] += 1;
        if (outcome !== 'unchanged') console.log(`${outcome.padEnd(9)}  ${article.id}${article.published ? '' : '  (not published)'}`);
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        counts.refused += 1;
        console.log(`refused    ${id}: ${error.message}`);
      }
    }
  });
  if (Object.values(counts).every((count) => count === 0)) throw new InvalidInputError('folder', `There are no .md files in ${folder}.`);
  console.log(Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(', '));
  return counts.refused > 0 ? 1 : 0;
}
