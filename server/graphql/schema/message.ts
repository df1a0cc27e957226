import { canSeeTeamDetails } from '../../domain/access.ts';
import type { Sent } from '../../domain/messages.ts';
import { addNote, editMessage, rateAnswer, removeMessage, sendMessage } from '../../domain/messages.ts';
import { IdempotencyConflictError, InvalidInputError, NotFoundError, RateLimitedError, StaleReplyError } from '../../domain/errors.ts';
import type { BotAnswer, Message } from '../../domain/types.ts';
import { builder } from '../builder.ts';
import { requireReadable } from '../load.ts';
import {
  IdempotencyConflictErrorType, InvalidInputErrorType, memberName, NotFoundErrorType, orError, RateLimitedErrorType, StaleReplyErrorType,
} from './errors.ts';
import { loadSender, SenderUnion } from './people.ts';
import { AnswerSourceType, ConversationType, MessageType } from './refs.ts';

const MessageKind = builder.enumType('MessageKind', {
  description: 'What a message is.',
  values: {
    TEXT: { value: 'text', description: 'What somebody said.' },
    NOTE: { value: 'note', description: 'A private note between agents. Never reaches a customer on any path.' },
    ACTIVITY: { value: 'activity', description: 'Something that happened: taken over, handed back, resolved.' },
  } as const,
});

AnswerSourceType.implement({
  description: 'An article that the bot answered from.',
  fields: (t) => ({
    articleId: t.exposeID('articleId', { description: 'Its address is `/help/<articleId>`, while it is published.' }),
    title: t.exposeString('title', { description: 'As it was when the bot answered.' }),
  }),
});

const AnswerKindType = builder.enumType('AnswerKind', {
  description: 'What a text of the bot\'s is to the question.',
  values: {
    ANSWER: { value: 'answer', description: 'It answers it. The only kind that can be rated.' },
    SMALLTALK: { value: 'smalltalk', description: 'A fixed reply, to a greeting for instance.' },
    CLARIFY: { value: 'clarify', description: 'It asks back, and may offer articles: `sources` are what it offers, each by its title among `choices`.' },
    THANKS: { value: 'thanks', description: 'It goes to who says that the last answer helped.' },
  } as const,
});

const BotAnswerType = builder.objectRef<BotAnswer>('BotAnswer').implement({
  description: 'How the bot came to say something, and what may be said to it.',
  fields: (t) => ({
    counts: t.expose('counts', {
      type: AnswerKindType, nullable: true, description: 'What it is to the question. Null where it asked for a person, and where that was not kept.',
    }),
    sources: t.field({
      type: [AnswerSourceType],
      description: 'The articles that the text comes from, the best first; of CLARIFY, those that it offers.',
      resolve: (answer) => [...answer.sources],
    }),
    choices: t.stringList({ description: 'Texts that the customer may answer with at a tap.', resolve: (answer) => [...answer.choices] }),
    by: t.string({
      nullable: true,
      description: 'The part of the bot that decided. Null for customers.',
      resolve: (answer, _args, { viewer }) => (canSeeTeamDetails(viewer) ? answer.by : null),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why it asked for a person, such as `no_answer`. Null where it did not, and for customers.',
      resolve: (answer, _args, { viewer }) => (canSeeTeamDetails(viewer) ? answer.reason ?? null : null),
    }),
    confidence: t.float({
      nullable: true,
      description: 'How sure it was, 0 to 1, where it measures that. Null for customers.',
      resolve: (answer, _args, { viewer }) => (canSeeTeamDetails(viewer) ? answer.confidence : null),
    }),
    matched: t.string({
      nullable: true,
      description: "What it found: the rule's name, the article's id. Null for customers.",
      resolve: (answer, _args, { viewer }) => (canSeeTeamDetails(viewer) ? answer.matched ?? null : null),
    }),
    tookMs: t.int({
      nullable: true,
      description: 'Milliseconds from the question to the answer. Null for customers.',
      resolve: (answer, _args, { viewer }) => (canSeeTeamDetails(viewer) ? answer.tookMs ?? null : null),
    }),
  }),
});

MessageType.implement({
  description: 'One line of a conversation.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque, and the same for ever.' }),
    seq: t.exposeInt('seq', {
      description:
        'Position in the conversation at which it was committed: it only grows, and it is the only order there is. Not contiguous: edits, notes and state ' +
        'changes take positions too.',
    }),
    position: t.exposeInt('position', { description: 'Position of its last change; of two copies, the greater is newer.' }),
    kind: t.expose('kind', { type: MessageKind, description: 'What it is.' }),
    sender: t.field({ type: SenderUnion, description: 'Who wrote it; set by the server.', resolve: (message, _args, context) => loadSender(context, message.sender) }),
    text: t.exposeString('text', { description: 'Empty once removed.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime', description: "When it was committed, by the server's clock. For display only; never for ordering.",
    }),
    editedAt: t.expose('editedAt', { type: 'DateTime', nullable: true, description: 'When its text was last replaced.' }),
    removedAt: t.expose('removedAt', { type: 'DateTime', nullable: true, description: 'When it was removed; a tombstone stays.' }),
    clientMessageId: t.exposeID('clientMessageId', {
      nullable: true,
      description: "The sender's idempotency key: matches an optimistic copy with what was committed. Null for bot and system.",
    }),
    answer: t.expose('answer', { type: BotAnswerType, nullable: true, description: "Of the bot's texts; null for everybody else's, and once removed." }),
    helpful: t.exposeBoolean('helpful', {
      nullable: true, description: "What the customer made of the bot's answer. Null: nothing was said. Everybody in the conversation sees it.",
    }),
    earlierTexts: t.stringList({
      nullable: true,
      description: 'Texts that edits replaced, oldest first; empty once removed. Null for customers.',
      resolve: async (message, _args, { deps, viewer }) => (canSeeTeamDetails(viewer) ? [...(await deps.log.earlierTexts(message.id))] : null),
    }),
  }),
});

// ── results ──────────────────────────────────────────────────────────────────────────────────────

const SendMessagePayload = builder.objectRef<Sent>('SendMessagePayload').implement({
  description: 'It is kept: the answer came after the commit.',
  fields: (t) => ({
    message: t.field({ type: MessageType, description: 'As it is now.', resolve: (sent) => sent.message }),
    conversation: t.field({
      type: ConversationType,
      description: 'As it stood after the commit. A token that may write and not read gets `FORBIDDEN` here; what it did stands.',
      resolve: (sent, _args, context) => requireReadable(context, sent.conversation),
    }),
  }),
});

const AddNotePayload = builder.objectRef<{ message: Message }>('AddNotePayload').implement({
  description: 'It is kept: the answer came after the commit.',
  fields: (t) => ({ message: t.field({ type: MessageType, description: 'The note.', resolve: (payload) => payload.message }) }),
});

const SendMessageResult = builder.unionType('SendMessageResult', {
  description: 'What came of sending.',
  types: [
    SendMessagePayload, InvalidInputErrorType, NotFoundErrorType, IdempotencyConflictErrorType, StaleReplyErrorType, RateLimitedErrorType,
  ],
  resolveType: memberName('SendMessagePayload'),
});

const ChangeMessageResult = builder.unionType('ChangeMessageResult', {
  description: 'What came of editing, removing or rating.',
  types: [SendMessagePayload, InvalidInputErrorType, NotFoundErrorType, RateLimitedErrorType],
  resolveType: memberName('SendMessagePayload'),
});

const AddNoteResult = builder.unionType('AddNoteResult', {
  description: 'What came of adding a note.',
  types: [AddNotePayload, InvalidInputErrorType, NotFoundErrorType, IdempotencyConflictErrorType, RateLimitedErrorType],
  resolveType: memberName('AddNotePayload'),
});

// ── verbs ────────────────────────────────────────────────────────────────────────────────────────

const TEXT = '1 to 8,000 characters that are not all blank, at most 32 KiB of UTF-8, no NUL, no lone surrogate.';
const KEY = 'A UUID made by the sender, unique per sender and conversation. The same one again gives the first result again, never a second message. ' +
  'Any will do; one that begins with the time (UUIDv7) is the cheapest to keep.';
const CUSTOMER = 'Whose conversation.';

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A text for everyone in the conversation.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: CUSTOMER }),
    text: t.string({ required: true, description: TEXT }),
    clientMessageId: t.id({ required: true, description: KEY }),
    lastSeenSeq: t.int({ description: "If given and somebody else's newer text exists, the answer is StaleReplyError." }),
  }),
});

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'A new text for a message.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: CUSTOMER }),
    messageId: t.id({ required: true, description: 'Which message.' }),
    text: t.string({ required: true, description: TEXT }),
  }),
});

const RemoveMessageInput = builder.inputType('RemoveMessageInput', {
  description: 'A message to take back.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: CUSTOMER }),
    messageId: t.id({ required: true, description: 'Which message.' }),
  }),
});

const RateAnswerInput = builder.inputType('RateAnswerInput', {
  description: "Whether an answer of the bot's helped.",
  fields: (t) => ({
    customerId: t.id({ required: true, description: CUSTOMER }),
    messageId: t.id({ required: true, description: 'A text of the bot\'s whose `counts` is ANSWER.' }),
    helpful: t.boolean({ description: 'Null takes back what was said before.' }),
  }),
});

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'A text for the team alone.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: CUSTOMER }),
    text: t.string({ required: true, description: TEXT }),
    clientMessageId: t.id({ required: true, description: KEY }),
  }),
});

builder.mutationFields((t) => ({
  sendMessage: t.field({
    type: SendMessageResult,
    description:
      "Every verb that changes whose turn it is (take over, hand back, request, resolve, reopen, an agent's first text) writes one ACTIVITY in the same commit. " +
      "Asking for what already is changes nothing. The sender is the viewer. An agent's or a token's message takes over from bot and queue; the assignee changes " +
      'only if there is none. Checks in order: input, access, idempotency, staleness.',
    args: { input: t.arg({ type: SendMessageInput, required: true, description: 'What to say, to whom.' }) },
    resolve: (_root, { input }, { deps, viewer }) =>
      orError(sendMessage(deps, viewer, input), InvalidInputError, NotFoundError, IdempotencyConflictError, StaleReplyError, RateLimitedError),
  }),
  editMessage: t.field({
    type: ChangeMessageResult,
    description: "One's own message, within 15 minutes. The text before is kept for agents.",
    args: { input: t.arg({ type: EditMessageInput, required: true, description: 'What to say instead.' }) },
    resolve: (_root, { input }, { deps, viewer }) => orError(editMessage(deps, viewer, input), InvalidInputError, NotFoundError, RateLimitedError),
  }),
  removeMessage: t.field({
    type: ChangeMessageResult,
    description: "One's own message, within 15 minutes; agents may remove any. A tombstone stays.",
    args: { input: t.arg({ type: RemoveMessageInput, required: true, description: 'What to take back.' }) },
    resolve: (_root, { input }, { deps, viewer }) => orError(removeMessage(deps, viewer, input), InvalidInputError, NotFoundError, RateLimitedError),
  }),
  rateAnswer: t.field({
    type: ChangeMessageResult,
    description:
      "Whether an answer of the bot's helped. The customer of the conversation only. The same again changes nothing. Of what is no answer, small talk or an offer " +
      'for instance: InvalidInputError about `messageId`.',
    args: { input: t.arg({ type: RateAnswerInput, required: true, description: 'Which answer, and what became of it.' }) },
    resolve: (_root, { input }, { deps, viewer }) => {
      const rated = rateAnswer(deps, viewer, { ...input, helpful: input.helpful ?? null });
      return orError(rated, InvalidInputError, NotFoundError, RateLimitedError);
    },
  }),
  addNote: t.field({
    type: AddNoteResult,
    description: 'A private note between agents. Agents, and tokens with `notes`, only.',
    args: { input: t.arg({ type: AddNoteInput, required: true, description: 'What to note.' }) },
    resolve: async (_root, { input }, { deps, viewer }) => {
      const note = addNote(deps, viewer, input).then((message) => ({ message }));
      return orError(note, InvalidInputError, NotFoundError, IdempotencyConflictError, RateLimitedError);
    },
  }),
}));
