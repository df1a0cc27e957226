import type { IconName } from '../ui/icons.ts';
import type { KeyedAction } from './keys.ts';

/** Something to do, as the palette and the menus offer it. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  readonly group: string;
  /** In smaller print, and found by, too. */
  readonly detail?: string;
  /** It has keys, too. */
  readonly keyed?: KeyedAction;
  /** For what is on or off. */
  readonly isChecked?: boolean;
  readonly run: () => void;
}

/** Those that have every word of `query`, in their groups' order; in a group, those that begin with it first. */
export function matching(commands: readonly Command[], query: string): readonly Command[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const found = commands.filter(({ label, detail = '' }) => words.every((word) => plain(`${label} ${detail}`).includes(word)));
  const groups = [...new Set(found.map(({ group }) => group))];
  const rank = ({ group, label }: Command): number => groups.indexOf(group) * 2 + (plain(label).startsWith(words[0] ?? '') ? 0 : 1);
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
