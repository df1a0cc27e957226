import type { ConversationEvent, EventPage, InboxBatch } from '../../domain/follow.ts';
import { followConversation, followInbox } from '../../domain/follow.ts';
import type { Ephemeral } from '../../domain/types.ts';
import { builder, pageCost } from '../builder.ts';
import { loadSender, SenderUnion } from './people.ts';
import { ConversationType, MessageType } from './refs.ts';

type Is<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>;
type Shown<Type extends Ephemeral['type']> = { readonly type: 'ephemeral'; readonly cursor: null; readonly value: Extract<Ephemeral, { type: Type }> };

const ConversationEventInterface = builder.interfaceRef<ConversationEvent>('ConversationEvent').implement({
  description:
    'One thing that happened, or, after an absence, how a thing stands now. `cursor`: everything up to here that you may see has been delivered on this ' +
    'stream; null for what is not kept (typing, drafts). Resume with the last non-null cursor that *this stream* delivered: what you missed comes first, ' +
    'then it goes on live, with no gap.',
  fields: (t) => ({ cursor: t.expose('cursor', { type: 'Cursor', nullable: true, description: 'Hand the last one that is not null back as `after`.' }) }),
  resolveType: (event) => TYPE_NAMES[event.type === 'ephemeral' ? event.value.type : event.type],
});

const TYPE_NAMES = {
  heartbeat: 'StreamHeartbeat',
  reset: 'StreamReset',
  message_added: 'MessageAdded',
  message_changed: 'MessageChanged',
  conversation_changed: 'ConversationChanged',
  typing: 'TypingChanged',
  draft: 'BotDraft',
} as const;

const event = { interfaces: [ConversationEventInterface] };

builder.objectType(builder.objectRef<Is<'heartbeat'>>('StreamHeartbeat'), {
  ...event,
  description:
    'The first event (`cursor` is your `after`, or the head without one), again when catching up ends, then every 10 seconds of silence. Made after its rows, never ahead of them.',
});

builder.objectType(builder.objectRef<Is<'reset'>>('StreamReset'), {
  ...event,
  description:
    'The last event, then the stream completes: `after` belongs to another life of this data (restored, erased, merged), to another conversation, or lies ' +
    'beyond the head. Fetch the conversation again and follow from its `cursor`. (Garbage as `after`: `BAD_USER_INPUT`.)',
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'For logs.' }) }),
});

builder.objectType(builder.objectRef<Is<'message_added'>>('MessageAdded'), {
  ...event,
  description:
    'A message whose `seq` is after your cursor, as it is now, so perhaps edited or removed. Added and Changed are both upserts by `id`: order by `seq`, never ' +
    'by arrival, and take a message that you do not hold from either.',
  fields: (t) => ({ message: t.field({ type: MessageType, description: 'As it is now.', resolve: (added) => added.message }) }),
});

builder.objectType(builder.objectRef<Is<'message_changed'>>('MessageChanged'), {
  ...event,
  description: 'A message whose `seq` is before your cursor, as it is now: edited or removed.',
  fields: (t) => ({ message: t.field({ type: MessageType, description: 'As it is now.', resolve: (changed) => changed.message }) }),
});

builder.objectType(builder.objectRef<Is<'conversation_changed'>>('ConversationChanged'), {
  ...event,
  description: 'Status, handler, assignee or seen marks: the conversation as it is now. Not sent for a new message alone.',
  fields: (t) => ({ conversation: t.field({ type: ConversationType, description: 'As it is now.', resolve: (changed) => changed.conversation }) }),
});

builder.objectType(builder.objectRef<Shown<'typing'>>('TypingChanged'), {
  ...event,
  description: 'Somebody writes, or has stopped. Let it lapse after 6 seconds.',
  fields: (t) => ({
    sender: t.field({ type: SenderUnion, description: 'Who.', resolve: ({ value }, _args, context) => loadSender(context, value.sender) }),
    typing: t.boolean({ description: 'False: stopped.', resolve: ({ value }) => value.typing }),
  }),
});

builder.objectType(builder.objectRef<Shown<'draft'>>('BotDraft'), {
  ...event,
  description:
    'What the bot has written so far, whole, at most ten times a second, in answer to the message at `afterSeq`. Null `text`: it stopped. Over, too, with any ' +
    'later message of the bot or when `handler` is not BOT.',
  fields: (t) => ({
    turnId: t.id({ description: 'The same for all drafts of one answer.', resolve: ({ value }) => value.turnId }),
    afterSeq: t.int({ description: 'The newest customer message that it answers.', resolve: ({ value }) => value.afterSeq }),
    text: t.string({ nullable: true, description: 'Whole, not a difference. Empty: an answer is being prepared, and has no words yet. Null: it stopped.', resolve: ({ value }) => value.text }),
  }),
});

export const ConversationEventPageType = builder.objectRef<EventPage>('ConversationEventPage').implement({
  description: 'A step of the stream.',
  fields: (t) => ({
    events: t.field({ type: [ConversationEventInterface], description: 'In order; without heartbeats, typing and drafts.', resolve: (page) => [...page.events] }),
    cursor: t.expose('cursor', { type: 'Cursor', description: 'Hand it back as `after`.' }),
    hasMore: t.exposeBoolean('hasMore', { description: 'There is more to read at once.' }),
  }),
});

const InboxEventType = builder.objectRef<InboxBatch>('InboxEvent').implement({
  description:
    'Conversations that changed, each as it is now and newest state only; may repeat one, never misses one. Unfiltered, at most 100 at a time, ten times a ' +
    "second. The first event and an empty one at least every 10 seconds are heartbeats. `removed`: customers' ids that were erased. `reset`: fetch the list " +
    'again, then follow from its `cursor`.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'Cursor', description: 'Hand the last one back as `after`.' }),
    conversations: t.field({
      type: [ConversationType],
      description: 'As they are now.',
      complexity: pageCost({}, 100),
      resolve: (batch) => [...batch.conversations],
    }),
    removed: t.idList({ description: "Customers' ids.", resolve: (batch) => [...batch.removed] }),
    reset: t.exposeBoolean('reset', { description: 'The last event: the cursor belongs to another life of this data.' }),
  }),
});

builder.subscriptionFields((t) => ({
  conversationEvents: t.field({
    type: ConversationEventInterface,
    description:
      "Follow one customer's conversation. Without `after`: from now on. Over WebSocket, or SSE by POST. Foreign and unknown: an error with `NOT_FOUND`; the socket stays open.",
    args: {
      customerId: t.arg.id({ required: true, description: 'Whose.' }),
      after: t.arg({ type: 'Cursor', description: 'Where the follower stands.' }),
    },
    subscribe: (_root, args, { deps, viewer }) => followConversation(deps, viewer, args),
    resolve: (told) => told,
  }),
  inboxEvents: t.field({
    type: InboxEventType,
    description: 'Follow the dashboard: agents and tokens with `conversations:read` only.',
    args: { after: t.arg({ type: 'Cursor', description: 'Where the follower stands.' }) },
    subscribe: (_root, { after }, { deps, viewer }) => followInbox(deps, viewer, after),
    resolve: (batch) => batch,
  }),
}));
