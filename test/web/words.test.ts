import { describe, expect, it } from 'vitest';
import { asWording } from '../../web/src/help/rememberWording.ts';
import { activityWords } from '../../web/src/inbox/activityWords.ts';
import { partWords, reasonWords, sureness } from '../../web/src/inbox/botWords.ts';
import { counted, duration, share } from '../../web/src/settings/numbers.ts';
import { linesOf } from '../../web/src/settings/useArticleEditor.ts';

describe('what agents read', () => {
  it('A42: says how sure the bot was in words and numbers', () => {
    expect([1, 0.8, 0.79, 0.5, 0.49, 0].map((confidence) => sureness(confidence).split(' · ')[0])).toEqual([
      'Very sure', 'Very sure', 'Fairly sure', 'Fairly sure', 'Not very sure', 'Not very sure',
    ]);
    expect(sureness(0.923)).toMatch(/92\s?%/);
  });

  it('A42: names the built-in parts, and leaves the name of another bot\'s alone', () => {
    expect(partWords('knowledge')).toBe('The help articles');
    expect(partWords('order status')).toBe('order status');
    expect(reasonWords('customer_request')).toBe('The customer asked for a person');
    expect(reasonWords('some_new_reason')).toBe('some new reason');
  });

  it('C23: tells an agent what they did themselves as theirs, and leaves alone what others did', () => {
    const told = [
      ['Ana joined', 'You took over'], ['Ana took over from Ben', 'You took over from Ben'], ['Ben took over from Ana', 'Ben took over from you'],
      ['Ana handed back to the bot', 'You handed back to the bot'], ['Resolved by Ana', 'Resolved by you'], ['Reopened by Ana', 'Reopened by you'],
    ];
    for (const [text = '', own] of told) expect(activityWords(text, 'Ana')).toBe(own);
    for (const text of ['Ana Maria joined', 'Joana joined', 'Ben joined', 'Resolved by Ben', 'Asked for a person', 'Ana left']) expect(activityWords(text, 'Ana')).toBe(text);
    expect(activityWords('Asked for a person', 'Asked')).toBe('Asked for a person');
  });

  it('B18: gives times as exact as anybody can use, and nothing of nothing', () => {
    expect([null, 4.4, 999, 1_400, 59_000, 61_000, 5_400_000].map(duration)).toEqual(['–', '4 ms', '999 ms', '1.4 s', '59 s', '1 min', '1.5 h']);
    expect([share(1, 3).replace(/\s/, ''), share(0, 0)]).toEqual(['33%', '–']);
    expect([counted(1, 'time', 'times'), counted(2, 'time', 'times')]).toEqual(['1 time', '2 times']);
  });

  it('B14: takes wordings as they may be: one a line, none twice, none too long', () => {
    expect(linesOf(' a \n\nb\na\n')).toEqual(['a', 'b']);
    expect(asWording('  where\nis \u0007 it? ')).toBe('where is it?');
    expect(asWording('a'.repeat(300))).toHaveLength(200);
    expect(asWording('👍'.repeat(300)), 'as the server counts').toBe('👍'.repeat(100));
    expect(asWording(`a${'👍'.repeat(300)}`), 'nothing cut in half').toBe(`a${'👍'.repeat(99)}`);
  });
});
