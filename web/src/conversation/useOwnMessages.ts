import { computed, ref, shallowRef } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import type { Message } from './fragments.ts';
import { MessageFields, StateFields, toMessage } from './fragments.ts';
import type { Conversation } from './useConversation.ts';

const EditMessage = graphql(`
  mutation EditMessage($input: EditMessageInput!) {
    editMessage(input: $input) {
      __typename
      ... on SendMessagePayload { message { ...MessageFields } conversation { ...StateFields } }
      ... on Error { reason }
    }
  }
`, [MessageFields, StateFields]);

const RemoveMessage = graphql(`
  mutation RemoveMessage($input: RemoveMessageInput!) {
    removeMessage(input: $input) {
      __typename
      ... on SendMessagePayload { message { ...MessageFields } conversation { ...StateFields } }
      ... on Error { reason }
    }
  }
`, [MessageFields, StateFields]);

type ChangeResult = Result<typeof EditMessage>['editMessage'];

const EDIT_WINDOW_MS = 15 * 60_000;

/** One's own message, for 15 minutes; the server has the last word. */
export function isEditable(message: Message, me: string, now: number): boolean {
  return message.senderKey === me && message.kind !== 'ACTIVITY' && message.removedAt === null && now - Date.parse(message.createdAt) < EDIT_WINDOW_MS;
}

/** Editing and removing what was sent. `problem` is why the last try failed, fit to show. */
export function useOwnMessages(client: Client, customerId: string, conversation: Conversation) {
  const editing = shallowRef<Message | null>(null);
  const problem = ref<string | null>(null);

  async function save(text: string): Promise<void> {
    const message = editing.value;
    if (!message) return;
    editing.value = null;
    if (text === message.text) return;
    await settle(async () => (await client.execute(EditMessage, { input: { customerId, messageId: message.id, text } })).editMessage);
  }

  async function remove(messageId: string): Promise<void> {
    await settle(async () => (await client.execute(RemoveMessage, { input: { customerId, messageId } })).removeMessage);
  }

  async function settle(change: () => Promise<ChangeResult>): Promise<void> {
    problem.value = null;
    try {
      const result = await change();
      if (result.__typename !== 'SendMessagePayload') { problem.value = result.reason; return; }
      conversation.mergeMessages([toMessage(result.message)]);
      conversation.mergeState(result.conversation);
    } catch (error) {
      problem.value = reasonOf(error);
    }
  }

  return {
    editing: computed(() => editing.value), problem, save, remove,
    start: (message: Message) => { editing.value = message; },
    cancel: () => { editing.value = null; },
  };
}
