import type { Bot, Responder } from './bot.ts';
import { chain } from './bot.ts';
import { followUp } from './follow-up.ts';
import { handOff } from './hand-off.ts';
import type { Index } from './knowledge/search-index.ts';
import { knowledge } from './knowledge.ts';
import { BY_MODEL } from './model/write-reply.ts';
import { wantsPerson } from './person/wants-person.ts';
import type { Rule } from './rules.ts';
import { rules } from './rules.ts';
import { sensitive } from './sensitive.ts';
import { OPENING_HOURS, SMALL_TALK } from './small-talk.ts';

export interface BuiltIn {
  /** Asked anew for each question, so that a changed article counts at once. */
  readonly index: () => Index;
  /** @default SMALL_TALK */
  readonly smallTalk?: readonly Rule[];
  /** Asked after the articles. @default OPENING_HOURS */
  readonly openingHours?: readonly Rule[];
  /** Asked when all others have no answer. @default none */
  readonly writeReply?: Responder | null;
}

/** The bot that comes with it: an answer within milliseconds, but for what a text model writes. The labels tell agents who decided. */
export function createBuiltInBot({ index, smallTalk = SMALL_TALK, openingHours = OPENING_HOURS, writeReply = null }: BuiltIn): Bot {
  return chain('built-in', {
    'wants a person': wantsPerson,
    'small talk': rules(smallTalk),
    'sensitive topics': sensitive(index),
    'follow-up': followUp,
    knowledge: knowledge(index),
    'opening hours': rules(openingHours),
    ...(writeReply && { [BY_MODEL]: writeReply }),
    'hand-off': handOff(index),
  });
}
