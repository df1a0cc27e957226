import type { Ref } from 'vue';
import { onScopeDispose, ref, watchEffect } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { newestSeq } from '../log/messageLog.ts';
import { StateFields } from './fragments.ts';
import { throttle } from './throttle.ts';
import type { Conversation } from './useConversation.ts';

const MarkRead = graphql(`
  mutation MarkRead($input: MarkReadInput!) {
    markRead(input: $input) { __typename ... on ConversationPayload { conversation { ...StateFields } } }
  }
`, [StateFields]);

export interface SeenOptions {
  side: 'customer' | 'agents';
  isAtEnd: Readonly<Ref<boolean>>;
}

/**
 * Marks as read what is on the screen: the page is visible and scrolled to the end. At most once a second, and only if the other side wrote.
 * `seenSeq` is how far the person in front of this window has read, told or not.
 */
export function useSeen(client: Client, customerId: string, conversation: Conversation, { side, isAtEnd }: SeenOptions) {
  const isVisible = ref(document.visibilityState === 'visible');
  const seenSeq = ref(0);
  const onVisibility = (): void => { isVisible.value = document.visibilityState === 'visible'; };
  document.addEventListener('visibilitychange', onVisibility);

  const mark = throttle(1_000, () => {
    client.execute(MarkRead, { input: { customerId, seq: seenSeq.value } }).then(({ markRead }) => {
      if (markRead.__typename === 'ConversationPayload') conversation.mergeState(markRead.conversation);
    }).catch(() => undefined); // the next thing seen says it again
  });

  watchEffect(() => {
    if (!isVisible.value || !isAtEnd.value || conversation.status.value !== 'ready') return;
    seenSeq.value = newestSeq(conversation.log.value);
    const told = side === 'customer' ? conversation.state.value?.seenByCustomer : conversation.state.value?.seenByAgents;
    const isNews = conversation.log.value.messages.some((message) => {
      const isOther = (message.sender.__typename === 'Customer') !== (side === 'customer');
      return isOther && message.kind === 'TEXT' && message.seq > (told ?? 0);
    });
    if (isNews && client.state.value === 'open') mark.request();
  });

  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility);
    mark.cancel();
  });
  return { seenSeq };
}
