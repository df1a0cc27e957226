import type { Responder } from './bot.ts';
import type { Index } from './knowledge/search-index.ts';
import { languageOf } from './language.ts';
import { summaryOf } from './summary.ts';
import { WORDING } from './wording.ts';

/** The end of the chain: says so, asks for a person, and tells that person what the bot tried. */
export function handOff(index: () => Index): Responder {
  return (turn, _io, passed) => {
    const titles = index().search(turn.text, 3).map(({ title }) => title);
    return {
      kind: 'handoff',
      reason: 'no_answer',
      text: WORDING[languageOf(turn.text)].noAnswer,
      note: summaryOf(turn, { why: 'The bot had no answer.', passed, titles }),
    };
  };
}
