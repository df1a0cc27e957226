/** What keys do in the inbox. Two are pressed one after the other; `Mod` is ⌘ on a Mac, elsewhere Ctrl. */
export const KEYS = {
  next: 'j', previous: 'k', back: 'Escape',
  palette: 'Mod k', help: '?',
  queue: 'g q', mine: 'g m', bot: 'g b', all: 'g a', resolved: 'g r', settings: 'g s',
  reply: 'r', note: 'n', takeOver: 't', handBack: 'b', resolve: 'e',
} as const;

export type KeyedAction = keyof typeof KEYS;

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const CAPS: Readonly<Record<string, string>> = { Mod: isMac ? '⌘' : 'Ctrl', Escape: 'Esc' };

/** What is printed on them. */
export function capsOf(action: KeyedAction): readonly string[] {
  return KEYS[action].split(' ').map((key) => CAPS[key] ?? key.toUpperCase());
}
