import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Options, Row } from './report.ts';
import { toMarkdown, verdictOf } from './report.ts';
import { abuse } from './rows/abuse.ts';
import { churn } from './rows/churn.ts';
import { fanOut } from './rows/fan-out.ts';
import { idle } from './rows/idle.ts';
import { inboxFeed } from './rows/inbox-feed.ts';
import { latency } from './rows/latency.ts';
import { messages } from './rows/messages.ts';
import { model } from './rows/model.ts';
import { overload } from './rows/overload.ts';
import { page } from './rows/page.ts';
import { rates } from './rows/rates.ts';
import { reads } from './rows/reads.ts';
import { size } from './rows/size.ts';

/**
 * `npm run bench [-- --quick] [--check] [--soak] [names of rows]`: Minicom beside a hand-written server, in alternation, as ratios. Prints Markdown, and writes
 * test/bench/.cache/report.json. A target that is missed is printed as missed; with `--check` it fails the command.
 */

const ROWS: Readonly<Record<string, (options: Options) => Promise<Row[]>>> = {
  messages, 'fan-out': fanOut, 'inbox-feed': inboxFeed, idle, reads, latency, model, size, overload, churn, rates, abuse, page,
};

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const soak = args.includes('--soak');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !(name in ROWS));
if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}: there are ${Object.keys(ROWS).join(', ')}.`);

const log = (text: string): void => console.error(text);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(ROWS)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure({ quick, soak, log })));
}
const missed = rows.filter((row) => verdictOf(row) === 'missed');
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${platform()} ${arch()}, Node ${process.version}${quick ? ', quick' : ''}`;
console.log(`${machine}\n\n${toMarkdown(rows)}\n\n${missed.length === 0 ? 'Every target is met.' : `${missed.length} missed.`}`);

const folder = fileURLToPath(new URL('.cache', import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/report.json`, `${JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, verdict: verdictOf(row) })) }, null, 2)}\n`);
if (args.includes('--check') && missed.length > 0) process.exitCode = 1;
