import { describe, expect, it } from 'vitest';
import { STORIES } from '../../server/demo/stories.ts';
import { useApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent } from '../_util/minicom.ts';

describe('the demo begins', () => {
  const app = useApp({ seed: true, env: { BOT: 'rules' } });

  it('with answers of the bot that say where they come from, and with a report of them', async () => {
    const ana = httpCall(await enterAsAgent(app.url, 'ana'));
    interface Report { readonly answered: number; readonly superseded: number; readonly articles: readonly { articleId: string }[]; readonly handOffs: readonly object[] }
    const { botReport } = dataOf(await ana<{ botReport: Report }>(
      'query R($since: DateTime!) { botReport(since: $since) { answered superseded articles { articleId shown } handOffs { reason count } } }',
      { since: new Date(Date.now() - 7 * 86_400_000) },
    ));
    expect(botReport.articles.map(({ articleId }) => articleId).sort()).toEqual(['choose-beans', 'delivery-times', 'opening-hours', 'returns']);
    expect(botReport.answered).toBe(4);
    expect(botReport.handOffs).toEqual([{ reason: 'no_answer', count: 3 }, { reason: 'customer_request', count: 2 }, { reason: 'sensitive_topic', count: 1 }]);
    expect(botReport.superseded).toBe(0);
  });

  it('with questions that the bot hands on as it would now', async () => {
    const ana = httpCall(await enterAsAgent(app.url, 'ana'));
    const handedOn = STORIES.flatMap(({ lines }) => lines.flatMap((line, index) => {
      const before = lines[index - 1];
      return 'handsOn' in line && before && 'text' in before ? [{ question: before.text, text: line.handsOn, reason: line.reason }] : [];
    }));
    expect(handedOn.length).toBe(6);
    for (const { question, text, reason } of handedOn) {
      const { tryBot } = dataOf(await ana<{ tryBot: object }>('query T($question: String!) { tryBot(question: $question) { outcome text reason } }', { question }));
      expect(tryBot, question).toEqual({ outcome: 'HANDOFF', text, reason: reason });
    }
  });

  it('C22 C24: and tells how long a person takes from what its customers waited: 1, 2, 2, 3, 3 and 4 minutes', async () => {
    expect(dataOf(await httpCall({ url: app.url })<{ usualWaitMs: number }>('{ usualWaitMs }'))).toEqual({ usualWaitMs: 2 * 60_000 });
  });
});

describe('the demo without its bot', () => {
  const app = useApp({ seed: true });

  it('C24: tells no wait that nobody had', async () => {
    expect(dataOf(await httpCall({ url: app.url })<{ usualWaitMs: number | null }>('{ usualWaitMs }'))).toEqual({ usualWaitMs: null });
  });
});
