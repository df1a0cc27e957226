import type { BotIo, BotTurn, Said } from '../../server/bot/bot.ts';

export const IO: BotIo = { draft: () => undefined };

/** A turn in which the customer says this, after what was said before. */
export function turn(text: string, ...history: readonly Said[]): BotTurn {
  const botRepliesInRow = history.filter(({ from }) => from === 'bot').length;
  return { id: 'turn', text, newText: text, history, locale: 'en', botRepliesInRow, signal: new AbortController().signal };
}
