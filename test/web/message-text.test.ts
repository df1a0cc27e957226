import { describe, expect, it } from 'vitest';
import { createApp, h } from 'vue';
import { MessageText } from '../../web/src/conversation/MessageText.ts';

function shown(text: string): string {
  const root = document.createElement('div');
  createApp(() => h(MessageText, { text })).mount(root);
  root.querySelectorAll('*').forEach((element) => {
    for (const name of ['target', 'rel', 'tabindex', 'role', 'aria-label', 'dir']) element.removeAttribute(name);
  });
  return root.innerHTML.replaceAll('<!--[-->', '').replaceAll('<!--]-->', '');
}

describe('the text of a message', () => {
  it.each([
    ['plain text, whatever is in it', '<b>no</b> & "no"', '&lt;b&gt;no&lt;/b&gt; &amp; "no"'],
    ['a link, without what ends the sentence', 'see https://a.example/x?y=1.', 'see <a href="https://a.example/x?y=1">https://a.example/x?y=1</a>.'],
    ['two links', 'http://a.example, http://b.example', '<a href="http://a.example">http://a.example</a>, <a href="http://b.example">http://b.example</a>'],
    ['no other scheme', 'javascript:alert(1) data:text/html,x', 'javascript:alert(1) data:text/html,x'],
    ['code in a line', 'use `a < b` here', 'use <code>a &lt; b</code> here'],
    ['no link in code', '`https://a.example`', '<code>https://a.example</code>'],
    ['a lone backtick', 'it`s', 'it`s'],
    ['fenced code', 'so:\n```js\nlet a;\n\nlet b;\n```\ndone', 'so:\n<pre>let a;\n\nlet b;</pre>done'],
    ['a fence that does not end', '```\nlet a;', '```\nlet a;'],
  ])('C17: %s', (_, text, expected) => expect(shown(text)).toBe(expected));

  it.each([
    ['Cyrillic letters', 'https://\u0430pple.com/x', 'https://xn--pple-43d.com/x'],
    ['a host of its own in the path', 'https://evil.example/https://bank.example', 'https://evil.example/https://bank.example'],
    ['a path in another language', 'https://a.example/K\u00e4se', 'https://a.example/K\u00e4se'],
    ['a turn of direction in it', 'https://evil.example/\u202emoc.knab', 'https://evil.example/'],
    ['what is no address', 'https://[\u0430', 'https://[\u0430'],
  ])('R59: a link shows where it leads: %s', (_, text, address) => {
    const root = document.createElement('div');
    createApp(() => h(MessageText, { text })).mount(root);
    const link = root.querySelector('a');
    expect(link?.textContent).toBe(address);
    expect(link?.dir).toBe('ltr');
  });
});
