import { GRAPHQL_MAX_INT } from 'graphql';
import { dismissUnanswered, listUnanswered, readBotReport } from '../../domain/bot-report.ts';
import type { BotSettings } from '../../domain/bot-settings.ts';
import { fetchTextModel, readBotSettings, setBotEnabled, setBotRules, tryBot } from '../../domain/bot-settings.ts';
import { findConversation } from '../../domain/conversations.ts';
import { InvalidInputError, RateLimitedError } from '../../domain/errors.ts';
import { DEFAULT_PAGE } from '../../domain/limits.ts';
import type { BotReport, BotTrial, TextModelStatus, UnansweredQuestion } from '../../domain/ports/bot.ts';
import type { BotRule } from '../../domain/types.ts';
import { builder, pageCost } from '../builder.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';
import { AnswerSourceType, ConversationType } from './refs.ts';

// ── settings ─────────────────────────────────────────────────────────────────────────────────────

const BotHealth = builder.enumType('BotHealth', {
  description: 'How the bot is.',
  values: {
    OK: { value: 'ok', description: 'It answers.' },
    STARTING: { value: 'starting', description: 'It answers with what it has; more is on its way.' },
    DEGRADED: { value: 'degraded', description: 'A part of it is missing; the rest answers.' },
    OFF: { value: 'off', description: 'It answers nobody.' },
  } as const,
});

const BotRuleType = builder.objectRef<BotRule>('BotRule').implement({
  description: 'A fixed reply to texts that say one of these things and nothing else.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'For the team. The rule named `hours` is asked after the articles, so that one about opening hours comes first; all others before. What a rule whose name ' +
        'begins with `thanks` replies to is thanks to the report.',
    }),
    says: t.stringList({ description: 'What customers say. Case, accents and punctuation do not matter.', resolve: (rule) => [...rule.says] }),
    reply: t.exposeString('reply', { description: 'What the bot says to it.' }),
    choices: t.stringList({ description: 'Texts that the customer may answer with at a tap.', resolve: (rule) => [...rule.choices] }),
  }),
});

const TextModelState = builder.enumType('TextModelState', {
  description: 'How the text model is.',
  values: {
    OFF: { value: 'off', description: 'The bot does without one.' },
    MISSING: { value: 'missing', description: 'It is not on this server.' },
    FETCHING: { value: 'fetching', description: 'It is on its way.' },
    READY: { value: 'ready', description: 'It writes when no other part of the bot has an answer.' },
    FAILED: { value: 'failed', description: 'It is here, and does not work.' },
  } as const,
});

const TextModelType = builder.objectRef<TextModelStatus>('TextModel').implement({
  description: 'What writes a reply where the rules and the articles have none. The bot answers without it, too.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Which it is. Empty if it is off.' }),
    state: t.expose('state', { type: TextModelState, description: 'How it is.' }),
    progress: t.exposeFloat('progress', { nullable: true, description: 'How much of it is here, 0 to 1, while it is fetched.' }),
    detail: t.exposeString('detail', { description: 'The same in words: what is missing, and what mends it.' }),
    canFetch: t.exposeBoolean('canFetch', { description: 'Whether `fetchTextModel` would fetch it, or try it again.' }),
  }),
});

const BotSettingsType = builder.objectRef<BotSettings>('BotSettings').implement({
  description: 'The bot of this server.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: "The team's switch for the whole server." }),
    available: t.exposeBoolean('available', { description: 'False: the server was started with BOT=off, and the switch moves nothing.' }),
    name: t.exposeString('name', { description: 'Which bot it is.' }),
    health: t.expose('health', { type: BotHealth, description: 'How it is.' }),
    detail: t.exposeString('detail', { description: 'The same in words: what it has, what is missing, and what mends it.' }),
    rules: t.field({ type: [BotRuleType], description: 'In order: the first that fits wins.', resolve: (settings) => [...settings.rules] }),
    rulesVersion: t.exposeString('rulesVersion', { description: 'Another one for other rules. Opaque: hand it back when you change them.' }),
    textModel: t.field({ type: TextModelType, description: 'What it asks when nothing else has an answer.', resolve: (settings) => settings.textModel }),
  }),
});

const BotSettingsPayload = builder.objectRef<{ settings: BotSettings }>('BotSettingsPayload').implement({
  description: 'It is in force, from the next text on.',
  fields: (t) => ({ settings: t.field({ type: BotSettingsType, description: 'As they are now.', resolve: (payload) => payload.settings }) }),
});

const BotSettingsResult = builder.unionType('BotSettingsResult', {
  description: 'What came of setting the bot.',
  types: [BotSettingsPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('BotSettingsPayload'),
});

const BotRuleInput = builder.inputType('BotRuleInput', {
  description: 'A rule as it shall be.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters; each name once.' }),
    says: t.stringList({ required: true, description: '1 to 200 texts, each of at most 200 characters.' }),
    reply: t.string({ required: true, description: '1 to 2,000 characters.' }),
    choices: t.stringList({ required: true, defaultValue: [], description: 'At most 5, each of at most 200 characters.' }),
  }),
});

// ── trial ────────────────────────────────────────────────────────────────────────────────────────

const BotOutcome = builder.enumType('BotOutcome', {
  description: 'What the bot does with a question.',
  values: {
    REPLY: { value: 'reply', description: 'It says something.' },
    HANDOFF: { value: 'handoff', description: 'It asks for a person.' },
    SILENT: { value: 'silent', description: 'It says nothing.' },
  } as const,
});

const BotTrialType = builder.objectRef<BotTrial>('BotTrial').implement({
  description: 'What the bot would do with a text that begins a conversation.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: BotOutcome, description: 'What it would do.' }),
    text: t.exposeString('text', { nullable: true, description: 'What it would say.' }),
    by: t.exposeString('by', { nullable: true, description: 'The part of it that decided.' }),
    matched: t.exposeString('matched', { nullable: true, description: "What that found: the rule's name, the article's id." }),
    confidence: t.exposeFloat('confidence', { nullable: true, description: 'How sure it is, 0 to 1, where it measures that.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it would ask for a person, or say nothing.' }),
    detail: t.exposeString('detail', { nullable: true, description: 'More about the reason, such as what the guard found.' }),
    heldBack: t.exposeString('heldBack', { nullable: true, description: 'What the text model wrote, where the guard held it back: no customer would see it.' }),
    firstTextMs: t.int({
      nullable: true, description: 'After so many milliseconds the text model had its first words. Null: it was not asked.', resolve: ({ firstMs }) => firstMs,
    }),
    sources: t.field({ type: [AnswerSourceType], description: 'Where the text comes from.', resolve: (trial) => [...trial.sources] }),
    choices: t.stringList({ description: 'What the customer could answer at a tap.', resolve: (trial) => [...trial.choices] }),
  }),
});

// ── unanswered questions, report ─────────────────────────────────────────────────────────────────

const UnansweredQuestionType = builder.objectRef<UnansweredQuestion>('UnansweredQuestion').implement({
  description: 'What the bot could not answer, all wordings of it together.',
  fields: (t) => ({
    id: t.id({ description: 'What the wordings have in common. Opaque.', resolve: ({ key }) => key }),
    question: t.exposeString('question', { description: 'The newest wording.' }),
    count: t.exposeInt('count', { description: 'How often it was asked.' }),
    customers: t.exposeInt('customers', { description: 'By how many customers.' }),
    lastAskedAt: t.expose('lastAskedAt', { type: 'DateTime', description: 'When it was asked last.' }),
    lastConversation: t.field({
      type: ConversationType,
      nullable: true,
      description: 'Where it was asked last.',
      resolve: ({ lastCustomerId }, _args, { deps, viewer }) => findConversation(deps, viewer, lastCustomerId),
    }),
  }),
});

const DismissUnansweredInput = builder.inputType('DismissUnansweredInput', {
  description: 'A question that needs no article.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Which.' }) }),
});

const ReasonCount = builder.objectRef<BotReport['handOffs'][number]>('ReasonCount').implement({
  description: 'How often something happened for one reason.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'Such as `customer_request` or `no_answer`.' }),
    count: t.exposeInt('count', { description: 'How often.' }),
  }),
});

const ArticleUse = builder.objectRef<BotReport['articles'][number]>('ArticleUse').implement({
  description: 'How an article did as an answer.',
  fields: (t) => ({
    articleId: t.exposeID('articleId', { description: 'Which.' }),
    title: t.exposeString('title', { nullable: true, description: 'Null: it is gone.' }),
    shown: t.exposeInt('shown', { description: 'How often the bot answered from it.' }),
    helped: t.exposeInt('helped', { description: 'How often the customer said that it helped, by the thumb.' }),
    notHelped: t.exposeInt('notHelped', { description: 'How often the customer said that it did not.' }),
  }),
});

/** A wait of more than 24 days is told as one of 24: GraphQL's Int holds no more. */
const CAPPED = 'At most 2,147,483,647, whatever it was.';
const asInt = (ms: number | null): number | null => ms && Math.min(ms, GRAPHQL_MAX_INT);

const BotReportType = builder.objectRef<BotReport>('BotReport').implement({
  description:
    'What the bot did in a period. The numbers of conversations are about those that began in it, as they stand now; all others about what happened in it. ' +
    'A conversation is resolved while it is the bot\'s, has its answer, and the customer did not come back.',
  fields: (t) => ({
    conversations: t.exposeInt('conversations', { description: 'Conversations that began in the period and have a message.' }),
    involved: t.exposeInt('involved', { description: 'Of them: the bot replied, or asked for a person.' }),
    answered: t.exposeInt('answered', { description: 'Of them: with at least one answer of the bot\'s; small talk and questions back are none.' }),
    resolvedConfirmed: t.exposeInt('resolvedConfirmed', { description: 'Of them: the customer said that the last answer helped, by thanks or by the thumb.' }),
    resolvedAssumed: t.exposeInt('resolvedAssumed', {
      description: 'Of them: not confirmed, but for 24 hours after an answer the customer neither wrote, nor asked for a person, nor called it unhelpful.',
    }),
    deflected: t.exposeInt('deflected', { description: 'Of them: involved, and no person ever wrote.' }),
    handOffs: t.field({ type: [ReasonCount], description: 'Why the bot asked for a person, the most frequent first.', resolve: (report) => [...report.handOffs] }),
    modelReplies: t.exposeInt('modelReplies', { description: 'Replies that the text model wrote.' }),
    heldBack: t.field({
      type: [ReasonCount], description: 'What the guard held back of what the text model wrote, by reason, the most frequent first.',
      resolve: (report) => [...report.heldBack],
    }),
    firstTextMsP50: t.int({
      nullable: true, description: 'Half of the times that the text model was asked, it had words within so many milliseconds. Null: it was not asked.',
      resolve: ({ firstMs }) => firstMs.p50,
    }),
    firstTextMsP95: t.int({ nullable: true, description: 'The same of 95 in 100.', resolve: ({ firstMs }) => firstMs.p95 }),
    superseded: t.exposeInt('superseded', { description: 'Turns that ended without a word, because somebody took over or the customer wrote on.' }),
    helpful: t.exposeInt('helpful', { description: 'Answers with a thumb up.' }),
    notHelpful: t.exposeInt('notHelpful', { description: 'Answers with a thumb down.' }),
    replyMsP50: t.int({
      nullable: true, description: `Half of the replies came within so many milliseconds of the customer's text. ${CAPPED} Null: there is none.`,
      resolve: ({ replyMs }) => asInt(replyMs.p50),
    }),
    replyMsP95: t.int({ nullable: true, description: 'The same of 95 in 100.', resolve: ({ replyMs }) => asInt(replyMs.p95) }),
    queueMsP50: t.int({
      nullable: true, description: `Half of the hand-offs had a person's first text within so many milliseconds. ${CAPPED} Null: there is none.`,
      resolve: ({ queueMs }) => asInt(queueMs.p50),
    }),
    queueMsP95: t.int({ nullable: true, description: 'The same of 95 in 100.', resolve: ({ queueMs }) => asInt(queueMs.p95) }),
    articles: t.field({ type: [ArticleUse], description: 'Articles that the bot answered from, the most shown first; at most 100.', resolve: (report) => [...report.articles] }),
  }),
});

// ── fields ───────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  unansweredQuestions: t.field({
    type: [UnansweredQuestionType],
    description: 'What the bot could not answer in the last 90 days, most frequent first. Agents and tokens with `conversations:read` only.',
    args: { first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: '1 to 100.' }) },
    complexity: (args) => pageCost(args, DEFAULT_PAGE),
    resolve: async (_root, { first }, { deps, viewer }) => [...(await listUnanswered(deps, viewer, first))],
  }),
  botSettings: t.field({
    type: BotSettingsType,
    description: 'How the bot is set. Agents and tokens with `conversations:read` only.',
    resolve: (_root, _args, { deps, viewer }) => readBotSettings(deps, viewer),
  }),
  tryBot: t.field({
    type: BotTrialType,
    description:
      'What the bot would say. It says nothing to anybody, and keeps nothing. It may ask the text model, and takes 8 seconds at most. Agents and tokens with ' +
      '`conversations:read` only.',
    args: {
      question: t.arg.string({ required: true, description: '1 to 8,000 characters.' }),
      rules: t.arg({ type: [BotRuleInput], description: 'To be tried in place of the saved ones, and as `setBotRules` takes them. They are not saved.' }),
    },
    resolve: (_root, { question, rules }, { deps, viewer }) => tryBot(deps, viewer, question, rules),
  }),
  botReport: t.field({
    type: BotReportType,
    description:
      'What the bot did from `since` on and before `until`. A period that is empty or longer than 366 days: `BAD_USER_INPUT`. Agents and tokens with ' +
      '`conversations:read` only.',
    args: {
      since: t.arg({ type: 'DateTime', required: true, description: 'Where the period begins; it is in it.' }),
      until: t.arg({ type: 'DateTime', description: 'Where it ends, and is not in it any more; now, if it is not given. At most 366 days later.' }),
    },
    resolve: (_root, period, { deps, viewer }) => readBotReport(deps, viewer, period),
  }),
}));

const inPayload = (settings: Promise<BotSettings>) =>
  orError(settings.then((it) => ({ settings: it })), InvalidInputError, RateLimitedError);

builder.mutationFields((t) => ({
  dismissUnanswered: t.boolean({
    description:
      'Hides a question as far as it was asked until now; asked again, it comes back with a count of its own. False: there is none. Agents and admins, and ' +
      'tokens with `admin`.',
    args: { input: t.arg({ type: DismissUnansweredInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input: { id } }, { deps, viewer }) => dismissUnanswered(deps, viewer, id),
  }),
  setBotEnabled: t.field({
    type: BotSettingsResult,
    description:
      'Switches the bot for the whole server. Off: whoever waits for it, and whoever writes from now on, waits for a person. On, where the server was started with ' +
      'BOT=off: InvalidInputError about `enabled`. Admins, and tokens with `admin`.',
    args: { enabled: t.arg.boolean({ required: true, description: 'False: it says nothing any more, at once.' }) },
    resolve: (_root, { enabled }, { deps, viewer }) => inPayload(setBotEnabled(deps, viewer, enabled)),
  }),
  fetchTextModel: t.field({
    type: BotSettingsResult,
    description:
      'Begins to fetch the text model to this server, or to try one again that failed; `BotSettings.textModel` tells how far it is. Where there is ' +
      'none to fetch: InvalidInputError. Admins, and tokens with `admin`.',
    resolve: (_root, _args, { deps, viewer }) => inPayload(fetchTextModel(deps, viewer)),
  }),
  setBotRules: t.field({
    type: BotSettingsResult,
    description:
      'Replaces the rules. InvalidInputError about `version`, about `rules` as a whole, or about one of them as `rules.<n>.<field>`, counted from 0. Admins, and ' +
      'tokens with `admin`.',
    args: {
      rules: t.arg({ type: [BotRuleInput], description: 'All of them, in order, at most 100; null: those that the bot came with.' }),
      version: t.arg.string({
        description: 'The `rulesVersion` of those that were changed: if somebody else saved other rules meanwhile, nothing is saved. Without it, theirs are overwritten.',
      }),
    },
    resolve: (_root, { rules, version }, { deps, viewer }) => inPayload(setBotRules(deps, viewer, { rules: rules ?? null, version })),
  }),
}));
