import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLostError } from '../../web/src/graphql/errors.ts';
import QuestionsScreen from '../../web/src/settings/QuestionsScreen.vue';
import type { Answers, Shown } from './_screen.ts';
import { show } from './_screen.ts';

interface Question { readonly id: string; readonly question: string; readonly count: number; readonly customers: number; readonly lastAskedAt: string; readonly lastConversation: null }

const asked = (id: string): Question => ({ id, question: `What about ${id}?`, count: 1, customers: 1, lastAskedAt: new Date().toISOString(), lastConversation: null });

let shown: Shown;
afterEach(() => shown.leave());

/** The list of a server where these were asked. */
async function open(questions: Question[], more: Answers = {}): Promise<{ calls: [string, unknown][] }> {
  const calls: [string, unknown][] = [];
  shown = await show(QuestionsScreen, {
    UnansweredQuestions: () => ({ unansweredQuestions: [...questions] }),
    DismissUnanswered: ({ input }) => {
      calls.push(['dismiss', input]);
      questions.splice(questions.findIndex(({ id }) => id === (input as Question).id), 1);
      return { dismissUnanswered: true };
    },
    ArticleList: () => ({
      articles: {
        nodes: [{ id: 'draft', title: 'Half a draft', published: false, updatedAt: '' }, { id: 'tea', title: 'All about tea', published: true, updatedAt: '' }],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    }),
    RememberWording: ({ input }) => {
      calls.push(['remember', input]);
      return { rememberWording: { __typename: 'ArticlePayload' } };
    },
    ...more,
  });
  return { calls };
}

describe('unanswered questions', () => {
  it('B14: say so where there are none', async () => {
    await open([]);
    await shown.see('Nothing is unanswered');
  });

  it('B14: say why they did not load, and come when asked again', async () => {
    const failures = [new ConnectionLostError()];
    await open([], {
      UnansweredQuestions: () => {
        const failure = failures.pop();
        if (failure) throw failure;
        return { unansweredQuestions: [asked('tea')] };
      },
    });
    await shown.see(/The questions did not load.*The server did not answer\./);
    shown.press('Try again');
    await shown.see('What about tea?');
  });

  it('B14: say where there may be more than are shown', async () => {
    await open(Array.from({ length: 100 }, (_, n) => asked(`no ${n}`)));
    await shown.see('These are the 100 most frequent.');
  });

  it('B14: are dismissed, and the keyboard goes on from what was done', async () => {
    await open([asked('tea'), asked('cake')]);
    await shown.see('What about tea?');
    shown.press('Dismiss');
    await shown.see('Dismissed. It comes back if it is asked again.');
    expect(shown.root.textContent).not.toContain('What about tea?');
    await shown.holdFocus('Dismissed.');
  });

  it('B14: become a wording of an article that customers can read, and of no draft', async () => {
    const { calls } = await open([asked('tea')]);
    await shown.see('What about tea?');
    shown.press('Add to an article');
    await shown.see('All about tea');
    expect([...shown.root.querySelectorAll('[role=option]')].map(({ textContent }) => textContent)).toEqual(['All about tea']);
    shown.root.querySelector<HTMLElement>('[role=option]')?.click();
    await shown.see('“All about tea” answers it from now on.');
    expect(calls).toEqual([['remember', { articleId: 'tea', wording: 'What about tea?' }], ['dismiss', { id: 'tea' }]]);
    await shown.holdFocus('answers it from now on');
  });

  it('B14: say when what is shown is older than what was done', async () => {
    const answers = [{ unansweredQuestions: [asked('tea')] }];
    await open([], {
      UnansweredQuestions: () => {
        const answer = answers.pop();
        if (!answer) throw new ConnectionLostError();
        return answer;
      },
      DismissUnanswered: () => ({ dismissUnanswered: true }),
    });
    await shown.see('What about tea?');
    shown.press('Dismiss');
    await shown.see('The server did not answer. Trying again.');
  });
});
