import { describe, expect, it } from 'vitest';
import { createApp, h } from 'vue';
import { firstParagraph, MarkdownText } from '../../web/src/markdown/MarkdownText.ts';
import { safeLink } from '../../web/src/markdown/safeLink.ts';

function shown(source: string): HTMLElement {
  const root = document.createElement('div');
  createApp({ render: () => h(MarkdownText, { source }) }).mount(root);
  return root.firstElementChild as HTMLElement;
}

describe('Markdown', () => {
  it('becomes headings under the page\'s own, paragraphs, lists, quotes and code', () => {
    const text = shown('# One\n\nA *b* **c** `d`\n\n- x\n- y\n\n3. z\n\n> q\n\n---\n\n```\ncode\n```');
    expect([...text.children].map(({ tagName }) => tagName)).toEqual(['H2', 'P', 'UL', 'OL', 'BLOCKQUOTE', 'HR', 'PRE']);
    expect(text.querySelector('p')?.innerHTML).toBe('A <em>b</em> <strong>c</strong> <code>d</code>');
    expect([...text.querySelectorAll('ul > li')].map((item) => item.innerHTML)).toEqual(['x', 'y']);
    expect(text.querySelector('ol')?.getAttribute('start')).toBe('3');
  });

  it('R58: shows tags as they are written, and runs nothing', () => {
    const text = shown('<img src=x onerror=alert(1)>\n\nA <script>alert(1)</script> ![logo](javascript:alert(1))');
    expect(text.querySelectorAll('img, script')).toHaveLength(0);
    expect(text.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(text.textContent).toContain('logo');
  });

  it('R58: links only where a link may lead', () => {
    const text = shown('[a](https://example.org/?q=1) [b](javascript:alert(1)) [c](data:text/html,x) [d][ref] <https://auto.example>\n\n[ref]: mailto:us@example.org');
    expect([...text.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['https://example.org/?q=1', 'mailto:us@example.org', 'https://auto.example']);
    expect(new Set([...text.querySelectorAll('a')].map((link) => link.rel))).toEqual(new Set(['noopener noreferrer nofollow']));
    expect(text.textContent).toContain('b c');
  });

  it('survives what nobody would write', () => {
    expect(shown('>'.repeat(2_000)).textContent).toBe('…');
    expect(shown('').textContent).toBe('');
  });

  it('tells how a text begins', () => {
    expect(firstParagraph('# Title\n\nThe *answer* is [here](https://example.org).\n\nMore.')).toBe('The answer is here.');
    expect(firstParagraph('# Only a title')).toBe('');
  });
});

describe('a safe link', () => {
  it.each(['https://example.org', 'http://example.org/a?b#c', 'mailto:us@example.org', '/help/returns'])('may be %s', (address) => {
    expect(safeLink(address)).toBe(address);
  });

  it.each([
    'javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd',
    '//example.org', '/\\example.org', '/\t/example.org', 'help/returns', '',
  ])('may not be %j', (address) => {
    expect(safeLink(address)).toBe(null);
  });
});
