import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLostError } from '../../web/src/graphql/errors.ts';
import ArticleEditor from '../../web/src/settings/ArticleEditor.vue';
import { until } from '../_util/wait.ts';
import type { Answers, Shown } from './_screen.ts';
import { show } from './_screen.ts';

const TEA = { id: 'tea', title: 'Tea', body: 'Hot.', aliases: [], published: true, version: 1, updatedAt: '' };

let shown: Shown;
afterEach(() => shown.leave());

async function open(path: string, answers: Answers): Promise<void> {
  shown = await show(ArticleEditor, answers, { path });
}

const saveByKey = (): void => { dispatchEvent(new KeyboardEvent('keydown', { key: 's', ctrlKey: true })); };

describe('writing an article', () => {
  it('A44: one that did not load comes by itself when the network is back', async () => {
    const failures = [new ConnectionLostError()];
    await open('/article/tea', {
      ArticleToEdit: () => {
        const failure = failures.pop();
        if (failure) throw failure;
        return { article: TEA };
      },
    });
    await shown.see(/The article did not load.*The server did not answer\./);
    dispatchEvent(new Event('online'));
    await shown.see('Other wordings');
    expect(shown.field('Title').value).toBe('Tea');
  });

  it('says so where there is none', async () => {
    await open('/article/tea', { ArticleToEdit: () => ({ article: null }) });
    await shown.see('There is no such article');
  });

  it.each(['the button', 'the key'])('a draft may be without an answer, by %s', async (by) => {
    const sent: unknown[] = [];
    await open('/new-article', {
      CreateArticle: ({ input }) => {
        sent.push(input);
        return { createArticle: { __typename: 'ArticlePayload', article: { ...TEA, body: '', published: false } } };
      },
    });
    await shown.see('New article');
    shown.write('Title', 'Tea');
    await shown.see('Not saved yet');
    if (by === 'the key') saveByKey();
    else shown.press('Save');
    await shown.see('Saved');
    expect(sent).toEqual([{ title: 'Tea', body: '', aliases: [], published: false }]);
  });

  it('what is refused has the keyboard, and says why', async () => {
    const reason = 'A wording has 1 to 200 characters.';
    await open('/article/tea', {
      ArticleToEdit: () => ({ article: TEA }), UpdateArticle: () => ({ updateArticle: { __typename: 'InvalidInputError', field: 'aliases', reason } }),
    });
    await shown.see('Other wordings');
    shown.write('Other wordings', 'too long');
    shown.field('Title').focus();
    await shown.see('Not saved yet');
    saveByKey();
    await until('the focus to be on the wordings', () => document.activeElement === shown.field('Other wordings'));
    expect(document.getElementById(shown.field('Other wordings').getAttribute('aria-describedby') ?? '')?.textContent).toBe(reason);
  });
});
