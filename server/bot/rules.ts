import type { Responder } from './bot.ts';
import { fold } from './fold.ts';

/** A fixed reply to what people say in so many words. Plain data, so that an operator can edit it. */
export interface Rule {
  readonly name: string;
  /** Any of them, alone or with courtesy around it, calls for the reply. Case, accents and punctuation do not count. */
  readonly says: readonly string[];
  readonly reply: string;
  readonly choices?: readonly string[];
}

/** Words that change nothing about a greeting or thanks. */
const COURTESY = new Set(`
  a again ah all also and assistant auch bien bitte bot buen cool dear everybody everyone favor fine for friend good great guys hello help helping here
  hi ihnen il is it just lot lots madam me mr mrs much my nice now o oh ok okay perfect please plait pls plz por quick really s sehr sir so super te
  team that thats the there to today tudo u vielen vous welcome well with wonderful you your 🙂 😊 😀 👋 🙏 ❤ 🎉
`.trim().split(/\s+/));

const MAX_WORDS = 15;
/** Rules whose name begins so reply to thanks, which tell that the answer before helped. */
const THANKS = 'thanks';

/** Replies to texts that say nothing else. The first rule that fits wins. */
export function rules(list: readonly Rule[]): Responder {
  const known = list.map((rule) => ({ rule, phrases: new Set(rule.says.map(fold)) }));
  return ({ text }) => {
    const words = fold(text).split(' ');
    const rule = words.length <= MAX_WORDS && known.find(({ phrases }) => saysOnly(words, phrases))?.rule;
    if (!rule) return null;
    const counts = rule.name.startsWith(THANKS) ? 'thanks' : 'smalltalk';
    return { kind: 'reply', text: rule.reply, counts, matched: rule.name, ...(rule.choices && { choices: rule.choices }) };
  };
}

/** Whether the words are phrases and courtesy from the first to the last, with at least one phrase. */
function saysOnly(words: readonly string[], phrases: ReadonlySet<string>): boolean {
  // What the first n words can be read as: null if they say something else as well.
  const read: ('courtesy' | 'phrase' | null)[] = ['courtesy'];
  for (let end = 1; end <= words.length; end += 1) {
    const isPhrase = read.some((before, begin) => before && phrases.has(words.slice(begin, end).join(' ')));
    read.push(isPhrase ? 'phrase' : COURTESY.has(words[end - 1] ?? '') ? read[end - 1] ?? null : null);
  }
  return read[words.length] === 'phrase';
}
