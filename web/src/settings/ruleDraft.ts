import type { BotSettings } from './botSettings.ts';
import { linesOf } from './useArticleEditor.ts';

type Rule = BotSettings['rules'][number];

/** A rule as it stands in the form: lists as lines. */
export interface RuleDraft {
  /** Tells it from the others while its name changes. */
  readonly key: number;
  readonly name: string;
  readonly says: string;
  readonly reply: string;
  readonly choices: string;
}

let keys = 0;

export function asDraft({ name, says, reply, choices }: Rule): RuleDraft {
  return { key: ++keys, name, says: says.join('\n'), reply, choices: choices.join('\n') };
}

export function blankRule(): RuleDraft {
  return asDraft({ name: '', says: [], reply: '', choices: [] });
}

export function asRule({ name, says, reply, choices }: RuleDraft): Rule {
  return { name: name.trim(), says: linesOf(says), reply: reply.trim(), choices: linesOf(choices) };
}
