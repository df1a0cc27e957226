import { ref, shallowRef } from 'vue';
import type { Message } from '../conversation/fragments.ts';
import { MessageFields, toMessage } from '../conversation/fragments.ts';
import type { Conversation } from '../conversation/useConversation.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';

const RateAnswer = graphql(`
  mutation RateAnswer($input: RateAnswerInput!) {
    rateAnswer(input: $input) {
      __typename
      ... on SendMessagePayload { message { ...MessageFields } }
      ... on Error { reason }
    }
  }
`, [MessageFields]);

type Rating = boolean | null;

/** Whether an answer helped: shown at once, told to the server one after the other, and taken back if it does not want it. */
export function useRatings(client: Client, customerId: string, conversation: Conversation) {
  /** What was chosen and is not yet known to be kept. */
  const chosen = shallowRef<ReadonlyMap<string, Rating>>(new Map());
  const problem = ref<string | null>(null);

  function ratingOf({ id, helpful }: Message): Rating {
    return chosen.value.get(id) ?? (chosen.value.has(id) ? null : helpful);
  }

  async function rate({ id }: Message, helpful: Rating): Promise<void> {
    const isTelling = chosen.value.has(id);
    chosen.value = new Map(chosen.value).set(id, helpful);
    problem.value = null;
    if (isTelling) return; // what is under way goes on with the newest choice
    let told: Rating | undefined;
    while (problem.value === null && told !== chosen.value.get(id)) {
      told = chosen.value.get(id) ?? null;
      problem.value = await tell(id, told);
    }
    const rest = new Map(chosen.value);
    rest.delete(id);
    chosen.value = rest;
  }

  /** Null: it is kept. */
  async function tell(messageId: string, helpful: Rating): Promise<string | null> {
    try {
      const { rateAnswer: result } = await client.execute(RateAnswer, { input: { customerId, messageId, helpful } });
      if (result.__typename !== 'SendMessagePayload') return result.reason;
      conversation.mergeMessages([toMessage(result.message)]);
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  return { ratingOf, rate, problem };
}
