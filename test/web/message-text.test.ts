import { describe, expect, it } from 'vitest';
import { createApp, h } from 'vue';
import { MessageText } from '../../web/src/conversation/MessageText.ts';

function shown(text: string): string {
  const root = document.createElement('div');
  createApp(() => h(MessageText, { text })).mount(root);
  root.querySelectorAll('*').forEach((element) => {
    for (const name of ['target', 'rel', 'tabindex', 'role', 'aria-label']) element.removeAttribute(name);
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
});
