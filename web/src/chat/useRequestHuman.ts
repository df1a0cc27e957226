import { ref } from 'vue';
import { StateFields } from '../conversation/fragments.ts';
import type { Conversation } from '../conversation/useConversation.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';

const RequestHuman = graphql(`
  mutation RequestHuman($input: RequestHumanInput!) {
    requestHuman(input: $input) {
      __typename
      ... on ConversationPayload { conversation { ...StateFields } }
      ... on Error { reason }
    }
  }
`, [StateFields]);

/** Asking for a person. `problem` is why the last try failed, fit to show. */
export function useRequestHuman(client: Client, customerId: string, conversation: Conversation) {
  const isBusy = ref(false);
  const problem = ref<string | null>(null);

  /** True if somebody is asked for. */
  async function request(): Promise<boolean> {
    isBusy.value = true;
    problem.value = null;
    try {
      const { requestHuman: result } = await client.execute(RequestHuman, { input: { customerId } });
      if (result.__typename === 'ConversationPayload') conversation.mergeState(result.conversation);
      else problem.value = result.reason;
    } catch (error) {
      problem.value = reasonOf(error);
    } finally {
      isBusy.value = false;
    }
    return problem.value === null;
  }

  return { isBusy, problem, request };
}
