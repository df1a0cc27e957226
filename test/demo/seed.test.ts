import { expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent } from '../_util/minicom.ts';

const app = useApp({ seed: true });

it('the demo begins with answers of the bot that say where they come from, and with a report of them', async () => {
  const ana = httpCall(await enterAsAgent(app.url, 'ana'));
  const { botReport } = dataOf(await ana<{ botReport: { answered: number; articles: { articleId: string }[] } }>(
    'query R($since: DateTime!) { botReport(since: $since) { answered articles { articleId shown } } }', { since: new Date(Date.now() - 7 * 86_400_000) },
  ));
  expect(botReport.articles.map(({ articleId }) => articleId).sort()).toEqual(['choose-beans', 'delivery-times', 'opening-hours', 'returns']);
  expect(botReport.answered).toBe(4);
});
