import {
  countConversations, findConversation, handBackToBot, listConversations, listMessages, markRead, reopenConversation, requestHuman,
  resolveConversation, setTyping, takeOver,
} from '../../domain/conversations.ts';
import { AlreadyTakenError, InvalidInputError, NotFoundError, RateLimitedError } from '../../domain/errors.ts';
import { listEvents } from '../../domain/follow.ts';
import { DEFAULT_PAGE } from '../../domain/limits.ts';
import type { ConversationCounts } from '../../domain/ports/log.ts';
import type { Conversation } from '../../domain/types.ts';
import { builder, pageCost } from '../builder.ts';
import { requireCustomer, requireReadable } from '../load.ts';
import { connectionOf, pageInfoOf } from './connections.ts';
import { AlreadyTakenErrorType, InvalidInputErrorType, memberName, NotFoundErrorType, orError, RateLimitedErrorType } from './errors.ts';
import { ConversationEventPageType } from './events.ts';
import { AgentType, ConversationType, CustomerType, MessageType } from './refs.ts';

const ConversationStatus = builder.enumType('ConversationStatus', {
  description: 'Whether there is anything to do.',
  values: {
    OPEN: { value: 'open', description: 'Somebody may have to answer.' },
    SNOOZED: { value: 'snoozed', description: 'Put aside until a time or an answer.' },
    RESOLVED: { value: 'resolved', description: 'Done, until the customer writes again.' },
  } as const,
});

const Handler = builder.enumType('Handler', {
  description: 'Whose turn it is to answer.',
  values: {
    BOT: { value: 'bot', description: 'The bot answers.' },
    QUEUE: { value: 'queue', description: 'Waiting for a person; the bot is silent.' },
    AGENT: { value: 'agent', description: 'A person answers (`assignee`, where there is one); the bot is silent.' },
  } as const,
});

const messages = connectionOf('Message', MessageType, 'Messages in order of `seq`.');
const conversations = connectionOf('Conversation', ConversationType, 'Conversations in the order asked for.');

ConversationType.implement({
  description: 'All that was ever said between a customer and the team. One per customer, for life.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque. Conversations are addressed by their customer everywhere.' }),
    customer: t.field({ type: CustomerType, description: 'Whose it is.', resolve: ({ customerId }, _args, context) => requireCustomer(context, customerId) }),
    status: t.expose('status', { type: ConversationStatus, description: 'Whether there is anything to do.' }),
    handler: t.expose('handler', { type: Handler, description: 'Whose turn it is to answer.' }),
    isBotActive: t.boolean({ description: 'True exactly when `handler` is BOT.', resolve: ({ handler }) => handler === 'bot' }),
    assignee: t.field({
      type: AgentType,
      nullable: true,
      description: 'The agent who has it.',
      resolve: ({ assigneeId }, _args, { deps }) => (assigneeId === null ? null : deps.people.agent(assigneeId)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it began.' }),
    lastMessage: t.field({
      type: MessageType,
      nullable: true,
      description: 'The newest message that the customer may see; null while there is none.',
      resolve: ({ lastMessageId }, _args, { deps }) => (lastMessageId === null ? null : deps.log.message(lastMessageId)),
    }),
    unreadCount: t.int({
      description:
        "Texts of the other side that this side has not seen: for a customer after `seenByCustomer`, for agents, all alike, the customer's after `seenByAgents`.",
      resolve: (conversation, _args, { viewer }) => (viewer?.kind === 'customer' ? conversation.unreadForCustomer : conversation.unreadForAgents),
    }),
    seenByCustomer: t.exposeInt('seenByCustomer', {
      description: "Up to which `seq` the customer has read: the 'seen' mark. It only rises.",
    }),
    seenByAgents: t.exposeInt('seenByAgents', { description: "Up to which `seq` any agent has read: the 'seen' mark. It only rises." }),
    waitingSince: t.expose('waitingSince', { type: 'DateTime', nullable: true, description: 'Since when the customer waits for an answer; null when nobody waits.' }),
    position: t.exposeInt('position', { description: "Position of the last change of this object's own state; of two copies, the greater is newer." }),
    messages: t.field({
      type: messages.Connection,
      description:
        'Oldest first, no further than `cursor` of this same object. `last`/`before` pages back from the newest; neither given: the last 50; both, or more than 100: refused.',
      args: {
        first: t.arg.int({ description: 'From the oldest, or from `after`. 1 to 100.' }),
        after: t.arg({ type: 'Cursor', description: 'An edge or `endCursor` of this field.' }),
        last: t.arg.int({ description: 'From the newest, or from `before`. 1 to 100.' }),
        before: t.arg({ type: 'Cursor', description: 'An edge or `startCursor` of this field.' }),
      },
      complexity: (args) => pageCost(args, DEFAULT_PAGE),
      resolve: async (conversation, args, { deps, viewer }) => pageInfoOf(await listMessages(deps, viewer, conversation, args)),
    }),
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'Where the stream stood for this object. Following from here misses nothing that happens after it; what changed in between may come again.',
    }),
    events: t.field({
      type: ConversationEventPageType,
      description: 'The stream, pulled: what `conversationEvents` would deliver after `after`, without waiting. For polling and for jobs.',
      args: {
        after: t.arg({ type: 'Cursor', required: true, description: 'Where the reader stands.' }),
        first: t.arg.int({ defaultValue: 100, description: '1 to 100.' }),
      },
      complexity: (args) => pageCost(args, 100),
      resolve: (conversation, args, { deps, viewer }) => listEvents(deps, viewer, conversation, args),
    }),
  }),
});

// ── read ─────────────────────────────────────────────────────────────────────────────────────────

const ConversationFilterInput = builder.inputType('ConversationFilter', {
  description: 'All that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: ConversationStatus, description: 'Only these.' }),
    handler: t.field({ type: Handler, description: 'Only these.' }),
    assignee: t.id({ description: "An agent's id, or `me`." }),
    unreadOnly: t.boolean({ description: 'Only those with texts that no agent has seen.' }),
  }),
});

const ConversationOrder = builder.enumType('ConversationOrder', {
  description: 'In which order conversations come.',
  values: {
    NEWEST_ACTIVITY: { value: 'newest_activity', description: 'By the last text, newest first.' },
    LONGEST_WAIT: { value: 'longest_wait', description: 'Waiting customers, longest first, then the rest.' },
  } as const,
});

const ConversationCountsType = builder.objectRef<ConversationCounts>('ConversationCounts').implement({
  description: "Open conversations by who handles them, for the inbox's views.",
  fields: (t) => ({
    queue: t.exposeInt('queue', { description: 'Waiting for a person.' }),
    mine: t.exposeInt('mine', { description: "The viewer's own." }),
    bot: t.exposeInt('bot', { description: 'The bot answers.' }),
    open: t.exposeInt('open', { description: 'All that are open.' }),
    resolved: t.exposeInt('resolved', { description: 'All that are resolved.' }),
  }),
});

builder.queryFields((t) => ({
  conversation: t.field({
    type: ConversationType,
    nullable: true,
    description:
      "Null when there is none, or none that the viewer may see: the two look alike. A customer's own exists from the first session on, empty until somebody writes.",
    args: { customerId: t.arg.id({ required: true, description: 'Whose.' }) },
    resolve: (_root, { customerId }, { deps, viewer }) => findConversation(deps, viewer, customerId),
  }),
  conversations: t.field({
    type: conversations.Connection,
    description:
      "The agents' dashboard: conversations with at least one message; rows may move between pages, so de-duplicate by id. Agents and tokens with " +
      '`conversations:read` only.',
    args: {
      filter: t.arg({ type: ConversationFilterInput, description: 'None: all.' }),
      orderBy: t.arg({ type: ConversationOrder, defaultValue: 'newest_activity', description: 'In which order.' }),
      first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: '1 to 100.' }),
      after: t.arg({ type: 'Cursor', description: 'An edge or `endCursor` of this field, in the same order.' }),
    },
    complexity: (args) => pageCost(args, DEFAULT_PAGE),
    resolve: async (_root, { filter, orderBy, first, after }, { deps, viewer }) => {
      const page = await listConversations(deps, viewer, { filter: withoutNulls(filter ?? {}), order: orderBy ?? 'newest_activity', first, after });
      return { ...pageInfoOf(page), cursor: page.cursor };
    },
  }),
  conversationCounts: t.field({
    type: ConversationCountsType,
    description: "The numbers beside the inbox's views. Agents and tokens with `conversations:read` only.",
    resolve: (_root, _args, { deps, viewer }) => countConversations(deps, viewer),
  }),
  botAnswers: t.boolean({
    description: 'Whether the bot answers at all, for anybody to see. False: whoever writes waits for a person, though `handler` may still be BOT.',
    resolve: (_root, _args, { deps }) => deps.botSwitch.isOn(),
  }),
  usualWaitMs: t.int({
    nullable: true,
    description:
      'How long customers usually wait for a person, measured, for anybody to see: half of those whom the bot handed on in the last 14 days had a person\'s first ' +
      'text within so many milliseconds, rounded up to whole minutes. Of each customer the newest hand-off counts, if a person wrote since; of all, the newest ' +
      '1,000. Up to 10 minutes old. Null: fewer than 5 customers.',
    resolve: (_root, _args, { deps }) => deps.usualWait(),
  }),
}));

builder.objectField(conversations.Connection, 'cursor', (t) =>
  t.field({
    type: 'Cursor',
    description: 'Where the inbox stream stood before this page was read: hand it to `inboxEvents(after:)`.',
    resolve: (page) => page.cursor ?? '',
  }));

function withoutNulls<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as { [K in keyof T]: Exclude<T[K], null> };
}

// ── write ────────────────────────────────────────────────────────────────────────────────────────

const ConversationPayload = builder.objectRef<{ conversation: Conversation }>('ConversationPayload').implement({
  description: 'The conversation after the verb.',
  fields: (t) => ({
    conversation: t.field({
      type: ConversationType,
      description: 'As it stands now. A token that may write and not read gets `FORBIDDEN` here; what it did stands.',
      resolve: (payload, _args, context) => requireReadable(context, payload.conversation),
    }),
  }),
});

const ConversationResult = builder.unionType('ConversationResult', {
  description: 'What came of the verb.',
  types: [ConversationPayload, NotFoundErrorType, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('ConversationPayload'),
});

const TakeOverResult = builder.unionType('TakeOverResult', {
  description: 'What came of taking over.',
  types: [ConversationPayload, NotFoundErrorType, AlreadyTakenErrorType, RateLimitedErrorType],
  resolveType: memberName('ConversationPayload'),
});

const about = (name: string, description: string) =>
  builder.inputType(name, { description, fields: (t) => ({ customerId: t.id({ required: true, description: 'Whose conversation.' }) }) });

const TakeOverInput = builder.inputType('TakeOverInput', {
  description: 'Which conversation to take.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose conversation.' }),
    force: t.boolean({ defaultValue: false, description: 'Take it from another agent too.' }),
  }),
});
const HandBackToBotInput = builder.inputType('HandBackToBotInput', {
  description: 'Which conversation the bot shall answer again.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose conversation.' }),
    note: t.string({ description: 'For the next agent: stored as a NOTE, 1 to 8,000 characters. A token needs `notes` for it, or finds no such conversation.' }),
  }),
});
const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far was read.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose conversation.' }),
    seq: t.int({ required: true, description: 'The `seq` of the newest message that was on screen.' }),
  }),
});
const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Who writes, or has stopped.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'Whose conversation.' }),
    typing: t.boolean({ required: true, description: 'False: stopped.' }),
  }),
});
const RequestHumanInput = about('RequestHumanInput', 'Who asks for a person.');
const ResolveConversationInput = about('ResolveConversationInput', 'Which conversation is done.');
const ReopenConversationInput = about('ReopenConversationInput', 'Which conversation is not done.');

const inPayload = (conversation: Promise<Conversation>) =>
  orError(conversation.then((it) => ({ conversation: it })), NotFoundError, InvalidInputError, RateLimitedError);

builder.mutationFields((t) => ({
  takeOver: t.field({
    type: TakeOverResult,
    description: 'The bot falls silent in the same commit: nothing it was writing can land afterwards. Agents and tokens with `conversations:write` only.',
    args: { input: t.arg({ type: TakeOverInput, required: true, description: 'What to take.' }) },
    resolve: (_root, { input }, { deps, viewer }) => {
      const taken = takeOver(deps, viewer, { customerId: input.customerId, force: input.force ?? false }).then((conversation) => ({ conversation }));
      return orError(taken, NotFoundError, AlreadyTakenError, RateLimitedError);
    },
  }),
  handBackToBot: t.field({
    type: ConversationResult,
    description:
      'The bot answers again, from the last text if that is the customer\'s. Refused as invalid input where the server has no bot, and while it is switched off. ' +
      'Agents and tokens with `conversations:write` only.',
    args: { input: t.arg({ type: HandBackToBotInput, required: true, description: 'What to hand back.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(handBackToBot(deps, viewer, input)),
  }),
  requestHuman: t.field({
    type: ConversationResult,
    description: 'The customer asks for a person, or an agent or a token with `conversations:write` for them; the bot falls silent at once.',
    args: { input: t.arg({ type: RequestHumanInput, required: true, description: 'Who asks.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(requestHuman(deps, viewer, input)),
  }),
  markRead: t.field({
    type: ConversationResult,
    description: 'Only rises, clamped to the head, sent at most once a second by a client.',
    args: { input: t.arg({ type: MarkReadInput, required: true, description: 'How far.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(markRead(deps, viewer, input)),
  }),
  setTyping: t.field({
    type: ConversationResult,
    description: "Tells everybody who follows, the sender's other windows too; they let it lapse after 6 seconds. Never stored.",
    args: { input: t.arg({ type: SetTypingInput, required: true, description: 'Who, and whether.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(setTyping(deps, viewer, input)),
  }),
  resolveConversation: t.field({
    type: ConversationResult,
    description: 'Nothing is left to do, until the customer writes again. The customer, agents and tokens with `conversations:write`.',
    args: { input: t.arg({ type: ResolveConversationInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(resolveConversation(deps, viewer, input)),
  }),
  reopenConversation: t.field({
    type: ConversationResult,
    description: 'There is something left to do. Agents and tokens with `conversations:write` only.',
    args: { input: t.arg({ type: ReopenConversationInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(reopenConversation(deps, viewer, input)),
  }),
}));
