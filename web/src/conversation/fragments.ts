import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

/** History, events and answers all select these, so the copies of one message cannot differ in shape. */
export const MessageFields = graphql(`
  fragment MessageFields on Message {
    id seq position kind text createdAt editedAt removedAt clientMessageId
    sender {
      __typename
      ... on Customer { id customerName: name }
      ... on Agent { id name }
      ... on ApiToken { id name }
      ... on Bot { name }
      ... on System { name }
    }
    answer { counts by reason confidence matched tookMs sources { articleId title } choices }
    helpful
  }
`);

export const StateFields = graphql(`
  fragment StateFields on Conversation {
    id status handler position seenByCustomer seenByAgents unreadCount waitingSince createdAt
    assignee { id name }
    customer { id name email verified createdAt lastSeenAt }
  }
`);

export type ConversationState = Result<typeof StateFields>;
type WireMessage = Result<typeof MessageFields>;
export type Sender = WireMessage['sender'];
export interface Message extends WireMessage { readonly senderKey: string }

export function toMessage(message: WireMessage): Message {
  return { ...message, senderKey: keyOf(message.sender) };
}

/** The bot's, to the question: neither small talk nor an offer. */
export function answerOf({ answer }: Message): Message['answer'] {
  return answer?.counts === 'ANSWER' ? answer : null;
}

/** Tells one sender from another within a conversation. */
export function keyOf(sender: { readonly __typename: string; readonly id?: string }): string {
  return `${sender.__typename}:${sender.id ?? ''}`;
}

export function nameOf(sender: Sender): string {
  return sender.__typename === 'Customer' ? displayName({ id: sender.id, name: sender.customerName }) : sender.name;
}

/** A visitor without a name is told apart by the end of the id. */
export function displayName({ id, name }: { readonly id: string; readonly name: string | null }): string {
  if (name) return name;
  return id.startsWith('visitor_') ? `Visitor ${id.slice(-4).toUpperCase()}` : id;
}
