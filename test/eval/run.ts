import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createIndex } from '../../server/bot/knowledge/search-index.ts';
import type { Measure } from './evaluate.ts';
import { evaluate, loadArticles, loadQuestions, passes } from './evaluate.ts';

/**
 * `npm run eval -- [--articles <dir>] [--questions <file.jsonl>] [--misses]`: how well the built-in bot answers, as a table. Exits with 1 where a gate
 * does not hold. Without options: the demo's articles and the questions beside this file. With `--misses`: what fell short, one line each.
 */

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: beside('../../server/demo/articles') },
    questions: { type: 'string', default: beside('dev.jsonl') },
    misses: { type: 'boolean', default: false },
  },
});

const articles = loadArticles(values.articles);
const { measures, misses } = await evaluate(createIndex(articles), loadQuestions(values.questions, articles));
for (const measure of measures) console.log(lineOf(measure));
if (values.misses) console.log(['', 'Not answered as expected:', ...misses].join('\n'));
const failed = measures.filter((measure) => !passes(measure));
if (failed.length > 0) {
  console.error(`\nBelow the gate: ${failed.map(({ name }) => name).join('; ')}`);
  process.exitCode = 1;
}

function lineOf(measure: Measure): string {
  const { name, count, of, gate } = measure;
  if (name.endsWith('ms')) return `${name.padEnd(40)}${count.toFixed(1).padStart(8)}`;
  const percent = `${(100 * count / of).toFixed(1)} %`;
  const bound = gate ? ('atLeast' in gate ? `≥ ${gate.atLeast * 100} %` : `≤ ${gate.atMost * 100} %`) : '';
  return `${name.padEnd(40)}${percent.padStart(8)}${`${count}/${of}`.padStart(10)}  ${bound.padEnd(8)}${passes(measure) ? '' : ' ✗'}`.trimEnd();
}
