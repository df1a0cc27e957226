import type { BotTurn } from './bot.ts';

const MAX_QUOTE = 300;

interface Tried {
  readonly why: string;
  readonly passed?: readonly string[];
  readonly titles?: readonly string[];
}

/** What the next agent should know, as a private note: why the bot handed on, what was asked, who had no answer, and what comes closest. */
export function summaryOf(turn: Pick<BotTurn, 'text' | 'history'>, { why, passed = [], titles = [] }: Tried): string {
  const before = turn.history.filter(({ from, text }) => from === 'customer' && text !== turn.text).at(-1);
  return [
    why,
    `Asked: “${quoted(turn.text)}”`,
    ...(before ? [`Before: “${quoted(before.text)}”`] : []),
    ...(passed.length > 0 ? [`No answer from: ${passed.join(', ')}`] : []),
    ...(titles.length > 0 ? [`Closest articles: ${titles.join(' · ')}`] : []),
  ].join('\n');
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE).toWellFormed()}…` : line;
}
