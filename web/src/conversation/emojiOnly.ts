const EMOJI_ONLY = pattern();

/** One to three emoji and nothing else. False where the browser knows no sets of emoji. */
export function isEmojiOnly(text: string): boolean {
  return text.length < 64 && (EMOJI_ONLY?.test(text) ?? false);
}

function pattern(): RegExp | null {
  try {
    return new RegExp('^(?:\\p{RGI_Emoji}\\s?){1,3}$', 'v');
  } catch {
    return null; // written as a literal, it would keep an older browser from reading the page's code at all
  }
}
