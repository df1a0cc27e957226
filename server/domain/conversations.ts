import { canManage, canNote, canRead, canRequestHuman, canResolve, canSeeInbox, canSignal, audiencesOf, senderOf } from './access.ts';
import type { Deps } from './commit.ts';
import { commit } from './commit.ts';
import { AlreadyTakenError, InvalidInputError, NotFoundError } from './errors.ts';
import { DEFAULT_PAGE, MAX_PAGE, requireSeq, requireText, TYPING_TTL_MS } from './limits.ts';
import { nameOf, requireRight } from './people.ts';
import type { Change, ConversationCounts, ConversationFilter, ListRequest, Now, Step } from './ports/log.ts';
import { topics } from './ports/bus.ts';
import { handedBack, NOTHING, queued, reopened, resolved, takenOver } from './turns.ts';
import type { Conversation, Message, Page, Viewer } from './types.ts';

// ── whose turn it is ─────────────────────────────────────────────────────────────────────────────

/** The bot falls silent in this commit. @throws NotFoundError; AlreadyTakenError if another agent has it and `force` is not set */
export async function takeOver(deps: Deps, viewer: Viewer | null, { customerId, force }: { customerId: string; force: boolean }): Promise<Conversation> {
  return steer(deps, viewer, customerId, canManage, (now, name) => {
    const by = viewer?.kind === 'agent' ? viewer.id : null;
    const { status, handler } = now.conversation;
    const isTaken = status === 'open' && handler === 'agent' && now.assignee !== null && now.assignee.id !== by;
    if (isTaken && now.assignee && !force) throw new AlreadyTakenError(now.assignee);
    return takenOver(now, by, name);
  });
}

/** `note` is for the next agent and becomes a note. @throws InvalidInputError while the bot is off; NotFoundError */
export async function handBackToBot(
  deps: Deps, viewer: Viewer | null, { customerId, note }: { customerId: string; note?: string | null },
): Promise<Conversation> {
  const text = note == null ? null : requireText('note', note);
  const may = (who: Viewer | null): boolean => canManage(who) && (text === null || canNote(who));
  return steer(deps, viewer, customerId, may, (now, name) => {
    if (!deps.botSwitch.isOn()) throw new InvalidInputError('customerId', 'The bot is off, so there is nobody to hand back to.');
    const change = handedBack(now, name);
    if (text === null || change === NOTHING || !viewer) return change;
    const noteStep: Step = { type: 'append', message: { kind: 'note', audience: 'team', sender: senderOf(viewer), text } };
    return { ...change, steps: [...change.steps, noteStep] };
  });
}

/** The bot falls silent at once, and the customer waits for a person. @throws NotFoundError */
export async function requestHuman(deps: Deps, viewer: Viewer | null, { customerId }: { customerId: string }): Promise<Conversation> {
  return steer(deps, viewer, customerId, canRequestHuman, (now) => queued(now, 'Asked for a person'));
}

/** @throws NotFoundError */
export async function resolveConversation(deps: Deps, viewer: Viewer | null, { customerId }: { customerId: string }): Promise<Conversation> {
  return steer(deps, viewer, customerId, canResolve, resolved);
}

/** @throws NotFoundError */
export async function reopenConversation(deps: Deps, viewer: Viewer | null, { customerId }: { customerId: string }): Promise<Conversation> {
  return steer(deps, viewer, customerId, canManage, (now, name) => reopened(now, name, deps.botSwitch.isOn()));
}

async function steer(
  deps: Deps, viewer: Viewer | null, customerId: string,
  may: (viewer: Viewer | null, conversation: Conversation) => boolean,
  decide: (now: Now, name: string) => Change,
): Promise<Conversation> {
  if (!viewer) throw new NotFoundError();
  const name = await nameOf(deps, viewer);
  const { conversation } = await commit(deps, { customerId }, (now) => {
    if (!may(viewer, now.conversation)) throw new NotFoundError();
    return decide(now, name);
  });
  return conversation;
}

// ── signals ──────────────────────────────────────────────────────────────────────────────────────

/** Raises the seen mark of the viewer's side, at most to the head; it never falls. @throws InvalidInputError, NotFoundError */
export async function markRead(deps: Deps, viewer: Viewer | null, input: { customerId: string; seq: number }): Promise<Conversation> {
  const seq = requireSeq('seq', input.seq);
  const { conversation } = await commit(deps, { customerId: input.customerId }, ({ conversation }) => {
    if (!canSignal(viewer, conversation)) throw new NotFoundError();
    const mark = viewer?.kind === 'customer' ? 'seenByCustomer' : 'seenByAgents';
    const seen = Math.min(seq, conversation.head);
    return seen > conversation[mark] ? { steps: [{ type: 'state', patch: { [mark]: seen } }] } : NOTHING;
  });
  return conversation;
}

/** Shown to everybody who follows, for 6 seconds; never stored. @throws NotFoundError */
export async function setTyping(deps: Deps, viewer: Viewer | null, input: { customerId: string; typing: boolean }): Promise<Conversation> {
  const conversation = await deps.log.find(input.customerId);
  if (!viewer || !conversation || !canSignal(viewer, conversation)) throw new NotFoundError();
  const sender = senderOf(viewer);
  const topic = topics.conversation(conversation.customerId);
  deps.bus.show(topic, `typing:${sender.kind}:${sender.id}`, { type: 'typing', sender, typing: input.typing }, TYPING_TTL_MS);
  return conversation;
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/** Null when there is none, or none that the viewer may see. */
export async function findConversation(deps: Deps, viewer: Viewer | null, customerId: string): Promise<Conversation | null> {
  const conversation = await deps.log.find(customerId);
  return conversation && canRead(viewer, conversation) ? conversation : null;
}

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** Oldest first, as far as the conversation's own head, only what the viewer may see. @throws InvalidInputError, BadCursorError, NotFoundError */
export async function listMessages(deps: Deps, viewer: Viewer | null, conversation: Conversation, page: PageArguments): Promise<Page<Message>> {
  if (!canRead(viewer, conversation)) throw new NotFoundError();
  const isForward = page.first != null || page.after != null;
  if (isForward && (page.last != null || page.before != null)) {
    throw new InvalidInputError('last', 'Give `first` and `after`, or `last` and `before`, not both.');
  }
  return deps.log.messages(conversation, {
    audiences: audiencesOf(viewer),
    direction: isForward ? 'forward' : 'backward',
    limit: isForward ? requirePageSize('first', page.first) : requirePageSize('last', page.last),
    from: (isForward ? page.after : page.before) ?? null,
  });
}

export interface ListConversations {
  readonly filter: Omit<ConversationFilter, 'assigneeId'> & { readonly assignee?: string };
  readonly order: ListRequest['order'];
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Conversations with at least one message. @throws UnauthenticatedError, ForbiddenError, InvalidInputError, BadCursorError */
export async function listConversations(deps: Deps, viewer: Viewer | null, input: ListConversations): Promise<Page<Conversation> & { cursor: string }> {
  requireRight(viewer, canSeeInbox(viewer));
  const { assignee, ...filter } = input.filter;
  return deps.log.list({
    filter: { ...filter, assigneeId: assignee === 'me' ? viewer?.id : assignee },
    order: input.order,
    limit: requirePageSize('first', input.first),
    after: input.after ?? null,
  });
}

/** @throws UnauthenticatedError, ForbiddenError */
export async function countConversations(deps: Deps, viewer: Viewer | null): Promise<ConversationCounts> {
  requireRight(viewer, canSeeInbox(viewer));
  return deps.log.counts(viewer?.kind === 'agent' ? viewer.id : null);
}

export function requirePageSize(field: string, size: number | null | undefined): number {
  if (size == null) return DEFAULT_PAGE;
  if (size < 1 || size > MAX_PAGE) throw new InvalidInputError(field, `Must be from 1 to ${MAX_PAGE}.`);
  return size;
}
