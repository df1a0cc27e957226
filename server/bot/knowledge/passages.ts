/** A body's paragraphs as plain text, in order: without headings and marks; what ends with a colon keeps the list that it announces. */
export function paragraphsOf(markdown: string): readonly string[] {
  const blocks = markdown.replace(/\r\n?/g, '\n').replace(/```[^\n]*\n?/g, '\n\n').replace(/^#{1,6} .*$/gm, '\n').split(/\n\s*\n/)
    .map(plain).filter((block) => block !== '');
  const joined: string[] = [];
  for (const block of blocks) {
    const before = joined.at(-1);
    if (before?.endsWith(':')) joined[joined.length - 1] = `${before}\n${block}`;
    else joined.push(block);
  }
  return joined.map(shortened);
}

const MAX_PASSAGE = 900;

/** Whole sentences, as many as fit into a bubble. */
function shortened(text: string): string {
  if (text.length <= MAX_PASSAGE) return text;
  const cut = text.slice(0, MAX_PASSAGE);
  const end = Math.max(cut.lastIndexOf('. '), cut.lastIndexOf('\n'), cut.lastIndexOf('。'));
  return end > MAX_PASSAGE / 2 ? cut.slice(0, end + 1).trim() : `${cut.slice(0, cut.lastIndexOf(' '))} …`;
}

/** Lines of a paragraph flow together, those of a list stay. Patterns are bounded: whatever is written, it takes no long look. */
function plain(block: string): string {
  return block
    .replace(/<!--[\s\S]*?-->|<\/?[a-z][^<>]*>/gi, '')
    .replace(/!\[([^[\]]{0,500})\]\([^)]{0,2000}\)/g, '$1')
    .replace(/\[([^[\]]{1,500})\]\(([^)\s]{1,2000})(?:\s[^)]{0,500})?\)/g, (_, words: string, target: string) => (
      /^https?:/.test(target) && words !== target ? `${words} (${target})` : words
    ))
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
    .replace(/(^|\s)[*_](?!\s)([^*_\n]+)(?<!\s)[*_](?=\W|$)/g, '$1$2')
    .replace(/^[ \t]*>[ \t]?/gm, '')
    .replace(/^[ \t]*(?:[-*+]|(\d+[.)]))[ \t]+/gm, (_, number?: string) => (number ? `${number} ` : '• '))
    .replace(/[ \t]*\n(?!• |\d+[.)] )[ \t]*/g, ' ')
    .trim();
}
