const MOST_CHARACTERS = 8_000;

/** By how many characters a text is too long; negative: how many are left. */
export function charactersOver(text: string): number {
  return [...text].length - MOST_CHARACTERS;
}

/** Enter sends; with Shift it breaks the line, and while an input method composes it belongs to that. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229; // 229: Safari's Enter that ends a composition
}
