import { createHash } from 'node:crypto';
import { canEdit, canNote, canRate, canRead, canRemove, canSend, senderOf, visibleTo } from './access.ts';
import { actorOf } from './audit.ts';
import type { Deps } from './commit.ts';
import { commit } from './commit.ts';
import { IdempotencyConflictError, InvalidInputError, NotFoundError, StaleReplyError } from './errors.ts';
import { EDIT_WINDOW_MS, requireClientMessageId, requireSeq, requireText } from './limits.ts';
import { nameOf } from './people.ts';
import type { Change, NewMessage, Now, Step } from './ports/log.ts';
import { requireShare } from './share.ts';
import { answered, customerWrote, NOTHING } from './turns.ts';
import type { Conversation, Message, MessageKind, Viewer } from './types.ts';

export interface SendMessage {
  readonly customerId: string;
  readonly text: string;
  readonly clientMessageId: string;
  readonly lastSeenSeq?: number | null;
}

export interface Sent { readonly message: Message; readonly conversation: Conversation }

/**
 * Appends the viewer's text. An agent's or a token's takes over from bot and queue in the same commit; a customer's reopens what was resolved.
 * The same `clientMessageId` again returns the first message, whatever happened since.
 * @throws InvalidInputError, NotFoundError, IdempotencyConflictError, RateLimitedError, StaleReplyError: checked in this order; nothing is sent then.
 */
export async function sendMessage(deps: Deps, viewer: Viewer | null, input: SendMessage): Promise<Sent> {
  const draft = draftOf('text', input);
  const afterSeq = input.lastSeenSeq == null ? null : requireSeq('lastSeenSeq', input.lastSeenSeq);
  if (!viewer) throw new NotFoundError();
  const sender = senderOf(viewer);
  const name = await nameOf(deps, viewer);
  return append(deps, viewer, { customerId: input.customerId, draft, afterSeq }, (now) => {
    if (!canSend(viewer, now.conversation)) throw new NotFoundError();
    const message: NewMessage = { ...draft, kind: 'text', audience: 'everyone', sender };
    const before = viewer.kind === 'customer'
      ? customerWrote(now, deps.botSwitch.isOn())
      : answered(now, viewer.kind === 'agent' ? viewer.id : null, name);
    return {
      steps: [...before.steps, { type: 'append', message }],
      facts: { waitingSince: viewer.kind === 'customer' ? (now.conversation.waitingSince ?? now.at) : null },
    };
  });
}

export interface AddNote { readonly customerId: string; readonly text: string; readonly clientMessageId: string }

/** A private note between agents. It takes nothing over, and no customer ever learns of it. @throws as `sendMessage`, but for staleness */
export async function addNote(deps: Deps, viewer: Viewer | null, input: AddNote): Promise<Message> {
  const draft = draftOf('note', input);
  if (!viewer) throw new NotFoundError();
  const { message } = await append(deps, viewer, { customerId: input.customerId, draft, afterSeq: null }, () => {
    if (!canNote(viewer)) throw new NotFoundError();
    return { steps: [{ type: 'append', message: { ...draft, kind: 'note', audience: 'team', sender: senderOf(viewer) } }] };
  });
  return message;
}

export interface EditMessage { readonly customerId: string; readonly messageId: string; readonly text: string }

/** Replaces the text of one's own message, within 15 minutes of its commit. The text before is kept for agents. @throws InvalidInputError, NotFoundError */
export async function editMessage(deps: Deps, viewer: Viewer | null, input: EditMessage): Promise<Sent> {
  const text = requireText('text', input.text);
  return alter(deps, viewer, input, (target, now) => {
    if (!canEdit(viewer, target)) throw new NotFoundError();
    if (target.removedAt) throw new InvalidInputError('messageId', 'This message was removed.');
    requireWindow(target, now);
    return target.text === text ? NOTHING : { steps: [{ type: 'edit', messageId: target.id, text }] };
  });
}

export interface RemoveMessage { readonly customerId: string; readonly messageId: string }

/** Leaves a tombstone without text. One's own message within 15 minutes; agents may remove any, at any time. @throws InvalidInputError, NotFoundError */
export function removeMessage(deps: Deps, viewer: Viewer | null, input: RemoveMessage): Promise<Sent> {
  return alter(deps, viewer, input, (target, now) => {
    if (!canRemove(viewer, target)) throw new NotFoundError();
    if (target.removedAt) return NOTHING;
    if (viewer?.kind !== 'agent') requireWindow(target, now);
    const steps: Step[] = [{ type: 'remove', messageId: target.id }];
    if (canEdit(viewer, target)) return { steps };
    return { steps, act: { by: actorOf(viewer), action: 'message.removed', target: { kind: 'message', id: target.id }, detail: { customerId: target.customerId } } };
  });
}

export interface RateAnswer { readonly customerId: string; readonly messageId: string; readonly helpful: boolean | null }

/** Keeps whether an answer of the bot's helped, as its customer says; null takes that back. Of small talk and offers it cannot be said. @throws InvalidInputError, NotFoundError */
export function rateAnswer(deps: Deps, viewer: Viewer | null, input: RateAnswer): Promise<Sent> {
  const { helpful } = input;
  return alter(deps, viewer, input, (target, { conversation }) => {
    if (!canRate(viewer, conversation)) throw new NotFoundError();
    if (target.answer?.counts !== 'answer') throw new InvalidInputError('messageId', 'Only an answer of the bot’s can be rated.');
    return target.helpful === helpful ? NOTHING : { steps: [{ type: 'rate', messageId: target.id, helpful }] };
  });
}

interface Draft { readonly text: string; readonly clientMessageId: string; readonly contentHash: string }

function draftOf(kind: MessageKind, input: { readonly text: string; readonly clientMessageId: string }): Draft {
  const clientMessageId = requireClientMessageId(input.clientMessageId);
  const text = requireText('text', input.text);
  const contentHash = createHash('sha256').update(`${kind}\0${text}`).digest('base64url');
  return { text, clientMessageId, contentHash };
}

interface Appending { readonly customerId: string; readonly draft: Draft; readonly afterSeq: number | null }

/**
 * Access, then idempotency, then the sender's share, then staleness, then the effects; all inside the transaction. The share is taken before, since a decision may
 * run again; who sends again what was kept gets it back, and gets the answer even with nothing left.
 */
async function append(deps: Deps, viewer: Viewer, { customerId, draft, afterSeq }: Appending, effects: (now: Now) => Change): Promise<Sent> {
  const sender = senderOf(viewer);
  const about = {
    customerId,
    key: { sender, clientMessageId: draft.clientMessageId },
    unseenBy: afterSeq === null ? undefined : { sender, afterSeq },
  };
  const share = deps.takeText(viewer);
  let earlier: Message | null = null;
  const { conversation, messages } = await commit(deps, about, (now) => {
    const change = effects(now);
    earlier = now.existing;
    if (earlier?.contentHash === draft.contentHash) return NOTHING;
    if (earlier) throw new IdempotencyConflictError(earlier);
    requireShare(share);
    if (now.unseen.length > 0) throw new StaleReplyError(canRead(viewer, now.conversation) ? now.unseen : []);
    return change;
  });
  if (earlier) share.giveBack();
  const message = earlier ?? messages.at(-1);
  if (!message) throw new Error('the store committed an append without its message');
  return { message, conversation };
}

async function alter(
  deps: Deps, viewer: Viewer | null, { customerId, messageId }: RemoveMessage, decide: (target: Message, now: Now) => Change,
): Promise<Sent> {
  let before: Message | null = null;
  const { conversation, messages } = await commit(deps, { customerId, messageId }, (now) => {
    before = now.target;
    if (!before || !visibleTo(viewer, before)) throw new NotFoundError();
    return decide(before, now);
  });
  const message = messages.at(-1) ?? before;
  if (!message) throw new Error('the store committed without the message it was about');
  return { message, conversation };
}

function requireWindow(target: Message, { at }: Now): void {
  if (at.getTime() - target.createdAt.getTime() <= EDIT_WINDOW_MS) return;
  throw new InvalidInputError('messageId', 'Messages can be changed for 15 minutes.');
}
