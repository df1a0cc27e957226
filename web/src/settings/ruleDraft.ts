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

/** Why a rule was not saved, and in which of its fields; `line` is what stands on the line to blame, where there are lines. */
export interface RuleRefusal {
  readonly key: number;
  readonly field: string;
  readonly line: string | null;
  readonly reason: string;
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

/** What the server refused of those that were sent. Null: no single rule of theirs. */
export function refusalOf(sent: readonly RuleDraft[], path: string, reason: string): RuleRefusal | null {
  const [, index, field = '', line] = /^rules\.(\d+)\.(\w+)(?:\.(\d+))?$/.exec(path) ?? [];
  const draft = sent[Number(index)];
  if (!draft) return null;
  const lines = line === undefined ? undefined : asRule(draft)[field as 'says' | 'choices'];
  return { key: draft.key, field, line: lines?.[Number(line)] ?? null, reason };
}
