import { complexityFromQuery } from '@pothos/plugin-complexity';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { MAX_COST } from '../../server/graphql/cost.ts';
import { schema } from '../../server/graphql/schema/index.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';
import { useApp } from '../_util/app.ts';
import type { Call } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, send } from '../_util/minicom.ts';
import { until } from '../_util/wait.ts';
import { answerAsPerson, handOn } from '../_util/waits.ts';

/** The knowledge base and the bot's settings, as the web app and integrators use them. */
const app = useApp({ env: { BOT: 'rules' } });
let nobody: Call;
let alice: Call;
let ana: Call;
beforeAll(async () => {
  nobody = httpCall({ url: app.url });
  alice = httpCall(await enterAsCustomer(app.url, 'alice'));
  ana = httpCall(await enterAsAgent(app.url, 'ana'));
});

interface Written { readonly __typename: string; readonly field?: string; readonly reason?: string; readonly article?: { readonly id: string; readonly version: number; readonly aliases: string[] } }

const RESULT = '__typename ... on ArticlePayload { article { id version aliases } } ... on InvalidInputError { field } ... on Error { reason }';
const write = async (verb: string, type: string, input: object): Promise<Written> => (
  dataOf(await ana<{ written: Written }>(`mutation W($input: ${type}!) { written: ${verb}(input: $input) { ${RESULT} } }`, { input })).written
);
const codeOf = async (call: Call, query: string, variables?: object): Promise<string | undefined> => (await call(query, variables)).errors?.[0]?.extensions?.code;

describe('articles over GraphQL', () => {
  const MINE = { title: 'How do I pet the office dog?', body: 'Gently, **behind the ears**.' };

  it('are drafts until they are published, and keep their address', async () => {
    const made = await write('createArticle', 'CreateArticleInput', MINE);
    expect(made).toMatchObject({ __typename: 'ArticlePayload', article: { id: 'how-do-i-pet-the-office-dog', aliases: [] } });
    const { id = '', version } = made.article ?? {};
    const read = 'query A($id: ID!) { article(id: $id) { id title body aliases published version updatedAt } }';
    for (const call of [nobody, alice]) {
      expect(await call(read, { id }), 'a draft').toEqual(await call(read, { id: 'unknown' }));
      expect(dataOf(await call(read, { id }))).toEqual({ article: null });
    }

    const input = { ...MINE, id, version, title: 'Petting the dog', aliases: ['stroke the dog'], published: true };
    expect(await write('updateArticle', 'UpdateArticleInput', input)).toMatchObject({ article: { id, aliases: ['stroke the dog'] } });
    for (const call of [nobody, alice]) {
      expect(dataOf(await call(read, { id }))).toMatchObject({ article: { title: 'Petting the dog', aliases: [], published: true } });
      const found = 'query S { articles(search: "stroke the dog", first: 1) { nodes { id } edges { cursor node { title } } pageInfo { hasNextPage } } }';
      expect(dataOf(await call(found))).toMatchObject({ articles: { nodes: [{ id }], pageInfo: { hasNextPage: false } } });
    }
    expect(await write('updateArticle', 'UpdateArticleInput', input)).toMatchObject({ __typename: 'InvalidInputError', field: 'version' });
    expect(await write('rememberWording', 'RememberWordingInput', { articleId: id, wording: 'cuddle a dog' })).toMatchObject({ article: { aliases: ['stroke the dog', 'cuddle a dog'] } });

    const remove = 'mutation D($input: DeleteArticleInput!) { deleteArticle(input: $input) { __typename ... on DeletePayload { id } ... on Error { reason } } }';
    expect(dataOf(await ana(remove, { input: { id } }))).toEqual({ deleteArticle: { __typename: 'DeletePayload', id } });
    expect(dataOf(await ana(remove, { input: { id } }))).toEqual({ deleteArticle: { __typename: 'NotFoundError', reason: 'No such article. It does not exist, or you may not see it.' } });
  });

  it('come page by page, the shop\'s thirty and no drafts', async () => {
    const query = 'query L($after: Cursor) { articles(first: 20, after: $after) { nodes { id title } pageInfo { hasNextPage endCursor } } }';
    interface List { articles: { nodes: { title: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
    const { articles: first } = dataOf(await nobody<List>(query));
    const { articles: rest } = dataOf(await nobody<List>(query, { after: first.pageInfo.endCursor }));
    const titles = [...first.nodes, ...rest.nodes].map(({ title }) => title);
    expect(titles).toHaveLength(30);
    expect(titles).toEqual(titles.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    for (const after of ['x', 'WyJhIl0', first.pageInfo.endCursor.slice(2)]) expect(await codeOf(nobody, query, { after })).toBe('BAD_USER_INPUT');
  });

  it('R1: are written by the team alone', async () => {
    const verbs = ['createArticle(input: { title: "x", body: "x" })', 'deleteArticle(input: { id: "returns" })', 'rememberWording(input: { articleId: "returns", wording: "x" })',
      'updateArticle(input: { id: "returns", version: 1, title: "x", body: "x", aliases: [], published: false })', 'setBotEnabled(enabled: false)', 'setBotRules(rules: [])'];
    for (const verb of [...verbs.map((one) => `${one} { __typename }`), 'dismissUnanswered(input: { id: "x" })']) {
      expect([await codeOf(nobody, `mutation { ${verb} }`), await codeOf(alice, `mutation { ${verb} }`)], verb).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
    }
    for (const field of ['botSettings { name }', 'tryBot(question: "x") { text }', 'unansweredQuestions { id }', 'botReport(since: "2026-01-01T00:00:00Z") { answered }']) {
      expect([await codeOf(nobody, `{ ${field} }`), await codeOf(alice, `{ ${field} }`)], field).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
    }
    expect(dataOf(await nobody('{ article(id: "returns") { published } }'))).toEqual({ article: { published: true } });
  });

  it('R30: cost what their texts weigh', () => {
    const cost = (query: string): number => complexityFromQuery(query, { schema, ctx: {} }).complexity;
    expect(cost('{ articles(first: 100) { nodes { id title updatedAt } } }')).toBeLessThan(MAX_COST / 50);
    expect(cost('{ articles(first: 100) { nodes { body } } }')).toBeGreaterThan(MAX_COST / 6);
    expect(cost('{ unansweredQuestions(first: 100) { id question lastConversation { id } } }')).toBeGreaterThan(300);
  });
});

describe('the bot\'s settings over GraphQL', () => {
  const SETTINGS = 'enabled available name health detail rules { name says reply choices } rulesVersion';
  const set = async (rules: object[] | null, version?: string): Promise<unknown> => (
    dataOf(await ana<{ setBotRules: unknown }>(`mutation R($rules: [BotRuleInput!], $version: String) {
      setBotRules(rules: $rules, version: $version) { __typename ... on BotSettingsPayload { settings { ${SETTINGS} } } ... on InvalidInputError { field reason } }
    }`, { rules, version })).setBotRules
  );

  it('B13: rules are replaced whole, tried at once, and given back', async () => {
    const own = { name: 'ahoy', says: ['Ahoy'], reply: 'Moin.' };
    expect(await set([own])).toMatchObject({ __typename: 'BotSettingsPayload', settings: { enabled: true, available: true, health: 'OK', detail: '30 articles', rules: [{ ...own, choices: [] }] } });
    const trial = 'query T($question: String!) { tryBot(question: $question) { outcome text by matched confidence reason sources { articleId title } choices } }';
    expect(dataOf(await ana(trial, { question: 'ahoy!' }))).toMatchObject({ tryBot: { outcome: 'REPLY', text: 'Moin.', sources: [] } });
    const drafts = 'query T { tryBot(question: "ahoy!", rules: [{ name: "ahoy", says: ["ahoy"], reply: "Not yet." }]) { text by matched } }';
    expect(dataOf(await ana(drafts))).toEqual({ tryBot: { text: 'Not yet.', by: 'small talk', matched: 'ahoy' } });
    expect(dataOf(await ana(trial, { question: 'ahoy!' })), 'nothing is kept').toMatchObject({ tryBot: { text: 'Moin.' } });
    expect(dataOf(await ana(trial, { question: 'How long does delivery take?' }))).toMatchObject({ tryBot: { outcome: 'REPLY', sources: [{ articleId: 'delivery-times' }] } });
    expect(await set([{ ...own, says: [''] }])).toEqual({ __typename: 'InvalidInputError', field: 'rules.0.says.0', reason: 'Rule “ahoy”: says must not be blank.' });
    expect(await set(null, 'of other rules')).toMatchObject({ __typename: 'InvalidInputError', field: 'version', reason: expect.stringContaining('since you opened them') });
    const { botSettings } = dataOf(await ana<{ botSettings: { rulesVersion: string } }>('{ botSettings { rulesVersion } }'));
    expect(await set(null, botSettings.rulesVersion)).toMatchObject({ settings: { rules: expect.arrayContaining([expect.objectContaining({ name: 'hours' })]) } });
  });

  it('B4: everybody is told whether the bot answers at all', async () => {
    const answers = async (call: Call): Promise<boolean> => dataOf(await call<{ botAnswers: boolean }>('{ botAnswers }')).botAnswers;
    for (const enabled of [false, true]) {
      dataOf(await ana('mutation S($enabled: Boolean!) { setBotEnabled(enabled: $enabled) { __typename } }', { enabled }));
      expect([await answers(nobody), await answers(alice), await answers(ana)]).toEqual([enabled, enabled, enabled]);
    }
  });

  it('B18: the report tells of a person who came after more milliseconds than an Int holds', async () => {
    let now = Date.now() - 30 * 86_400_000;
    const store = await openSqliteStore({ dataDir: app.dataDir, clock: { now: () => now }, exclusive: false });
    onTestFinished(() => store.close());
    const period = { since: new Date(now), until: new Date(now + 1) };
    await handOn(store, 'patience');
    now = Date.now();
    await answerAsPerson(store, 'patience');
    const query = 'query R($since: DateTime!, $until: DateTime!) { botReport(since: $since, until: $until) { queueMsP50 queueMsP95 } }';
    expect(dataOf(await ana(query, period))).toEqual({ botReport: { queueMsP50: 2_147_483_647, queueMsP95: 2_147_483_647 } });
  });

  it('B12, B14, B18, A42: what customers ask and make of answers is counted, explained to the team, and shown', async () => {
    interface Said { readonly id: string; readonly helpful: boolean | null; readonly answer: { readonly counts: string | null; readonly matched: string | null; readonly tookMs: number | null } | null }
    const said = async (call: Call): Promise<Said[]> => {
      const query = '{ conversation(customerId: "alice") { messages { nodes { id helpful answer { counts by reason matched tookMs confidence sources { articleId } } } } } }';
      return dataOf(await call<{ conversation: { messages: { nodes: Said[] } } }>(query)).conversation.messages.nodes;
    };
    const asks = async (text: string, count: number): Promise<void> => {
      await send(alice, newSend('alice', text));
      await until('the bot to answer', async () => (await said(alice)).length >= count, 10_000);
    };
    await asks('How long does delivery take?', 2);
    const { id = '' } = (await said(alice))[1] ?? {};
    expect((await said(ana))[1]?.answer).toMatchObject({ counts: 'ANSWER', by: 'knowledge', reason: null, matched: 'delivery-times', tookMs: expect.any(Number), sources: [{ articleId: 'delivery-times' }] });
    expect((await said(alice))[1]?.answer).toMatchObject({ counts: 'ANSWER', by: null, matched: null, tookMs: null, confidence: null, sources: [{ articleId: 'delivery-times' }] });

    const rate = (call: Call, helpful: boolean | null, messageId = id): Promise<unknown> => call(
      'mutation R($input: RateAnswerInput!) { rateAnswer(input: $input) { __typename ... on SendMessagePayload { message { helpful } } } }',
      { input: { customerId: 'alice', messageId, helpful } },
    );
    expect(await rate(alice, true)).toEqual({ data: { rateAnswer: { __typename: 'SendMessagePayload', message: { helpful: true } } } });
    expect(await rate(ana, false)).toEqual({ data: { rateAnswer: { __typename: 'NotFoundError' } } });
    expect((await said(ana))[1]?.helpful).toBe(true);
    await asks('Is there a job for a barista at your shop?', 4);
    const offer = (await said(alice))[3];
    expect(offer?.answer).toMatchObject({ counts: 'CLARIFY', sources: [{ articleId: 'opening-hours' }] });
    expect(await rate(alice, true, offer?.id)).toEqual({ data: { rateAnswer: { __typename: 'InvalidInputError' } } });
    await asks('Do you rent out submarines?', 7);
    expect((await said(ana))[5]?.answer).toMatchObject({ counts: null, by: 'hand-off', reason: 'no_answer', tookMs: expect.any(Number), sources: [] });
    expect((await said(alice))[5]?.answer).toMatchObject({ counts: null, by: null, reason: null, tookMs: null, sources: [] });

    const { unansweredQuestions } = dataOf(await ana<{ unansweredQuestions: { id: string }[] }>(
      '{ unansweredQuestions { id question count customers lastConversation { customer { id } } } }',
    ));
    expect(unansweredQuestions).toMatchObject([{ question: 'Do you rent out submarines?', count: 1, customers: 1, lastConversation: { customer: { id: 'alice' } } }]);
    const report = 'query R($since: DateTime!) { botReport(since: $since) { conversations involved answered resolvedConfirmed handOffs { reason count } helpful articles { articleId shown helped } } }';
    expect(dataOf(await ana(report, { since: new Date(Date.now() - 86_400_000) }))).toEqual({ botReport: {
      conversations: 1, involved: 1, answered: 1, resolvedConfirmed: 0, handOffs: [{ reason: 'no_answer', count: 1 }], helpful: 1,
      articles: [{ articleId: 'delivery-times', shown: 1, helped: 1 }],
    } });
    const dismiss = 'mutation D($input: DismissUnansweredInput!) { dismissUnanswered(input: $input) }';
    for (const dismissUnanswered of [true, false]) expect(dataOf(await ana(dismiss, { input: { id: unansweredQuestions[0]?.id } }))).toEqual({ dismissUnanswered });
  });
});
