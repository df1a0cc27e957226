import { describe, expect, it } from 'vitest';
import { readArticle } from '../../server/bot/knowledge/article-file.ts';
import { decide } from '../../server/bot/knowledge/decide.ts';
import { paragraphsOf } from '../../server/bot/knowledge/passages.ts';
import type { Article, Hit } from '../../server/bot/knowledge/search-index.ts';
import { createIndex } from '../../server/bot/knowledge/search-index.ts';
import { countSlips, nearest } from '../../server/bot/knowledge/spelling.ts';
import { stem, termsOf } from '../../server/bot/knowledge/terms.ts';
import { createRandom, SEED } from '../_util/random.ts';

const ARTICLES: readonly Article[] = [
  { id: 'lease', title: 'End a lease', body: 'Give notice three months before.\n\nThe deposit comes back after we saw the rooms.', aliases: ['move out'] },
  { id: 'heating', title: 'The heating stays cold', body: 'Open the valve.\n\nIf it is still cold after an hour, tell the caretaker.', aliases: [] },
  { id: 'bicycle', title: 'Where bicycles may stand', body: 'In the cellar. The key is with the caretaker.', aliases: ['bike storage'] },
  { id: 'key', title: 'A lost key', body: 'Tell us at once. A new one costs 40 euros.', aliases: [] },
];
const index = createIndex(ARTICLES);
const best = (question: string): string | undefined => index.search(question, 1)[0]?.articleId;

describe('terms', () => {
  it.each([
    ['delivery deliveries delivered delivering'], ['cancel cancelled canceled cancellation'], ['subscribe subscription subscribed'],
    ['refund refunds refunded refundable'],
    ['pay paid payment payments'], ['change changed changing'], ['ship shipped shipping shipment'], ['break broke broken'], ['descale descaling'],
    ['box boxes'], ['colour color colours'], ['organise organized'], ['centre center'], ['cheque checks'], ['sell sold sale'],
  ])('are equal for %s', (words) => {
    expect(new Set(words.split(' ').map(stem)).size).toBe(1);
  });

  it.each(['bus', 'glass', 'status', 'need', 'ring', 'key', 'free'])('leave %s alone', (word) => {
    expect(stem(word)).toBe(word);
  });

  it('ignore case, accents, punctuation and small words, in any script', () => {
    expect(termsOf('How do I get to the CAFÉ?')).toEqual(['caf']);
    expect(termsOf('où est ma clé ?')).toContain('cle');
    expect(termsOf('Где мой заказ')).toEqual(['где', 'мои', 'заказ']);
    expect(termsOf('荷物はどこ')).toEqual(['荷物', '物は', 'はと', 'とこ']);
  });
});

describe('spelling', () => {
  it.each([
    ['pasword', 'password', 1], ['adress', 'address', 1], ['recieve', 'receive', 1], ['cat', 'dog', 3], ['same', 'same', 0],
  ])('counts the slips between %s and %s: %i', (a, b, slips) => {
    expect(countSlips(a, b, 2)).toBe(slips);
  });

  it('knows what was meant, and leaves short and strange words alone', () => {
    expect(nearest('retrun', ['return', 'refund', 'red']).map(({ word }) => word)).toEqual(['return']);
    expect(nearest('cat', ['car', 'can'])).toEqual([]);
    expect(nearest('zebra', ['return', 'refund'])).toEqual([]);
  });
});

describe('passages', () => {
  it('are paragraphs as plain text, lists with what announces them', () => {
    const paragraphs = [
      '# Title', 'First **bold** line\nflows on, see [the page](https://example.com/a) or [here](/help/b).', '## Part', 'You need:', '- a `key`\n- *time*',
      '<b>Last</b> 2 * 3 * 4.',
    ];
    expect(paragraphsOf(paragraphs.join('\n\n'))).toEqual([
      'First bold line flows on, see the page (https://example.com/a) or here.',
      'You need:\n• a key\n• time',
      'Last 2 * 3 * 4.',
    ]);
  });

  it('are never longer than a bubble', () => {
    const [passage = ''] = paragraphsOf('One sentence of a few words. '.repeat(200));
    expect(passage.length).toBeLessThanOrEqual(900);
    expect(passage.endsWith('.')).toBe(true);
  });

  it('R71: come out of any marks, however many are never closed', () => {
    // With an unbounded pattern, the first of these takes minutes.
    for (const mark of ['[a](', '[', '![', '<a ', '<!-- ', '**a ', '_a ', '`']) {
      expect(paragraphsOf(`${mark.repeat(20_000 / mark.length)}\n\nThe end.`).at(-1)).toBe('The end.');
    }
  });
});

describe('an article as a file', () => {
  it('has a title, a body and aliases, as a list or in a line', () => {
    const article = { id: 'a', title: 'Title', body: 'Body.', aliases: ['one', 'two'], published: true };
    expect(readArticle('a.md', '---\naliases:\n  - one\n  - "two"\n---\n# Title\n\nBody.\n')).toEqual(article);
    expect(readArticle('a.md', '\uFEFF---\r\naliases: one; two\r\nother: x\r\n---\r\n# Title\r\nBody.')).toEqual(article);
    expect(readArticle('a.md', '---\naliases: [one, "two"] \n---\n# Title\nBody.')).toEqual(article);
    expect(readArticle('a.md', '---\naliases: Hi, where is it; track [a, b]\n---').aliases).toEqual(['Hi, where is it', 'track [a, b]']);
    expect(readArticle('a.md', '---\naliases: ["Hi, where is it", \'a, b\', it\'s late]\n---').aliases).toEqual(['Hi, where is it', 'a, b', 'it\'s late']);
    expect(readArticle('a.md', '---\naliases: []\n---').aliases).toEqual([]);
  });

  it('has its title in the front matter, or underlined, and says if it is not published', () => {
    expect(readArticle('a.md', '---\ntitle: "Lost keys"\npublished: false\n---\n# Other\nBody.')).toMatchObject({ title: 'Lost keys', body: '# Other\nBody.', published: false });
    expect(readArticle('a.md', 'Lost keys\n=========\n\nBody.')).toMatchObject({ title: 'Lost keys', body: 'Body.' });
  });

  it('needs neither', () => {
    expect(readArticle('lost-key.md', 'Body.')).toEqual({ id: 'lost-key', title: 'lost key', body: 'Body.', aliases: [], published: true });
    expect(readArticle('empty.md', '')).toEqual({ id: 'empty', title: 'empty', body: '', aliases: [], published: true });
  });
});

describe('the index', () => {
  it.each([
    ['How do I end my lease?', 'lease'], ['I am moving out', 'lease'], ['bike', 'bicycle'], ['lost my key', 'key'], ['heatng is cold', 'heating'],
    ['Where can my bicyle stand?', 'bicycle'],
  ])('finds what “%s” is about', (question, id) => {
    expect(best(question)).toBe(id);
  });

  it('takes two words for one and one for two, if they stand beside each other in an article', () => {
    const own = createIndex([
      { id: 'card', title: 'Use a gift card', body: 'At the checkout.', aliases: [] }, { id: 'mail', title: 'Voicemail', body: '', aliases: [] },
      { id: 'gift', title: 'A gift', body: '', aliases: [] },
    ]);
    expect(own.search('giftcard', 1)[0]?.articleId).toBe('card');
    expect(own.search('voice mail', 1)[0]?.articleId).toBe('mail');
    expect(own.search('cardcheckout', 1)).toEqual([]);
  });

  it('knows that a place may be another country', () => {
    const own = createIndex([{ id: 'abroad', title: 'Shipping to other countries', body: '', aliases: [] }, ...ARTICLES]);
    for (const place of ['Japan', 'Toronto', 'the USA']) expect(own.search(`Do you ship to ${place}?`, 1)[0]?.articleId).toBe('abroad');
  });

  it('knows a language by its name', () => {
    const own = createIndex([{ id: 'tongues', title: 'Which languages we speak', body: '', aliases: [] }, ...ARTICLES]);
    expect(own.search('My grandmother understands only Portuguese', 1)[0]?.articleId).toBe('tongues');
  });

  it('offers what a word may stand for, and does not answer with it', () => {
    const own = createIndex([{ id: 'vehicle', title: 'Vehicles', body: '', aliases: [] }, ...ARTICLES]);
    expect(own.search('car', 1)).toMatchObject([{ articleId: 'vehicle', isFirm: true }]);
    expect(own.search('caravan', 1)).toMatchObject([{ articleId: 'vehicle', isFirm: false }]);
  });

  it('takes what is said for what is said, not for a slip or a kind of something else', () => {
    const own = createIndex([{ id: 'month', title: 'Your monthly box', body: '', aliases: [] }, { id: 'break', title: 'Take a break', body: '', aliases: [] }, ...ARTICLES]);
    const coverageOf = (question: string): number => own.search(question, 1)[0]?.coverage ?? 0;
    // “August” may mean “month”, but that is said already; “hook” is no slip of “look”.
    expect(coverageOf('month august')).toBeLessThan(coverageOf('month'));
    expect(coverageOf('month hook')).toBeLessThan(coverageOf('month'));
  });

  it('gives the paragraph that fits', () => {
    expect(index.search('When does the lease deposit come back?', 1)[0]?.passage).toBe('The deposit comes back after we saw the rooms.');
  });

  it('tells a title or an alias, word for word, from everything else', () => {
    const names = ARTICLES.flatMap(({ id, title, aliases }) => [title, ...aliases].map((name) => ({ id, name })));
    for (const { id, name } of names) expect(index.search(`${name}!`, 1)).toMatchObject([{ articleId: id, coverage: 1 }]);
  });

  it('finds nothing where there is nothing', () => {
    expect(index.search('quantum chromodynamics', 3)).toEqual([]);
    expect(index.search('', 3)).toEqual([]);
    expect(createIndex([]).search('How do I end my lease?', 3)).toEqual([]);
    expect(createIndex([{ id: 'x', title: '', body: '', aliases: [] }]).search('lease', 3)).toEqual([]);
  });

  it('R71: takes any text, and does bounded work', () => {
    const random = createRandom(SEED);
    const letters = [...'abcdefghij  klmno pqrstuvwxyz\n😀é<|"\'\\{}'];
    const noise = Array.from({ length: 8_000 }, () => random.pick(letters)).join('');
    for (const text of [noise, 'lease '.repeat(1_400), '😀'.repeat(4_000), '<|endoftext|>', '\u0000\uD800', 'a'.repeat(8_000)]) {
      for (const { coverage } of index.search(text, 3)) expect(coverage).toBeLessThanOrEqual(1);
    }
    // Of a long text the end counts.
    expect(best(`${'We came home late and had dinner. '.repeat(200)}How do I end my lease?`)).toBe('lease');
  });
});

describe('the decision', () => {
  const hit = (score: number, isFirm = true): Hit => ({ articleId: String(score), title: '', passage: '', score, coverage: Math.min(1, score), isFirm });

  it.each([
    ['a clear lead', [hit(0.6), hit(0.3)], 'answer'],
    ['a small lead', [hit(0.6), hit(0.45)], 'offer'],
    ['no rival', [hit(0.5)], 'answer'],
    ['two alike', [hit(0.6), hit(0.55)], 'offer'],
    ['two alike beyond 1', [hit(1.2), hit(1.1)], 'offer'],
    ['half sure', [hit(0.4), hit(0.1)], 'offer'],
    ['a chance hit', [hit(0.9, false)], 'offer'],
    ['hardly anything', [hit(0.19)], 'pass'],
    ['nothing', [], 'pass'],
  ])('on %s', (_, hits, kind) => {
    expect(decide(hits).kind).toBe(kind);
  });

  it('offers three at most, and none that is below the mark', () => {
    expect(decide([hit(0.4), hit(0.4), hit(0.4), hit(0.4)])).toMatchObject({ hits: { length: 3 } });
    expect(decide([hit(0.4), hit(0.1)])).toMatchObject({ hits: { length: 1 } });
  });
});
