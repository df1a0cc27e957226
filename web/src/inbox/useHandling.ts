import { ref, shallowRef, watch } from 'vue';
import { StateFields } from '../conversation/fragments.ts';
import type { ConversationState } from '../conversation/fragments.ts';
import type { Conversation } from '../conversation/useConversation.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';

const TakeOver = graphql(`
  mutation TakeOver($input: TakeOverInput!) {
    takeOver(input: $input) {
      __typename
      ... on ConversationPayload { conversation { ...StateFields } }
      ... on AlreadyTakenError { assignee { id name } }
      ... on Error { reason }
    }
  }
`, [StateFields]);

const HandBack = graphql(`
  mutation HandBack($input: HandBackToBotInput!) {
    handBackToBot(input: $input) { __typename ... on ConversationPayload { conversation { ...StateFields } } ... on Error { reason } }
  }
`, [StateFields]);

const Resolve = graphql(`
  mutation Resolve($input: ResolveConversationInput!) {
    resolveConversation(input: $input) { __typename ... on ConversationPayload { conversation { ...StateFields } } ... on Error { reason } }
  }
`, [StateFields]);

const Reopen = graphql(`
  mutation Reopen($input: ReopenConversationInput!) {
    reopenConversation(input: $input) { __typename ... on ConversationPayload { conversation { ...StateFields } } ... on Error { reason } }
  }
`, [StateFields]);

type Answer =
  | { readonly __typename: 'ConversationPayload'; readonly conversation: ConversationState }
  | { readonly __typename: 'AlreadyTakenError'; readonly assignee: { readonly id: string; readonly name: string }; readonly reason: string }
  | { readonly __typename: 'NotFoundError' | 'InvalidInputError' | 'RateLimitedError'; readonly reason: string };

/** Whose turn it is, changed by an agent. `problem` is why the last try failed, fit to show; `takenBy` who has it, when it is to be asked. */
export function useHandling(client: Client, customerId: string, conversation: Conversation) {
  const isBusy = ref(false);
  const problem = ref<string | null>(null);
  const takenBy = shallowRef<{ readonly id: string; readonly name: string } | null>(null);

  /** @returns false: nothing was changed */
  async function settle(ask: () => Promise<Answer>): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    problem.value = null;
    try {
      const answer = await ask();
      if (answer.__typename === 'ConversationPayload') {
        conversation.mergeState(answer.conversation);
        return true;
      }
      if (answer.__typename === 'AlreadyTakenError') takenBy.value = answer.assignee;
      else problem.value = answer.reason;
    } catch (error) {
      problem.value = reasonOf(error);
    } finally {
      isBusy.value = false;
    }
    return false;
  }

  /** What was written before goes first: a reply that came after would undo a hand-back or a resolve. */
  async function sent(): Promise<void> {
    const isSending = (): boolean => conversation.log.value.pending.some(({ state }) => state === 'sending');
    if (!isSending()) return;
    await new Promise<void>((resolve) => {
      const stop = watch(isSending, () => {
        stop();
        resolve();
      });
    });
  }

  const input = { customerId };
  return {
    isBusy, problem, takenBy,
    takeOver: (force = false) => {
      takenBy.value = null;
      return settle(async () => (await client.execute(TakeOver, { input: { customerId, force } })).takeOver);
    },
    leaveIt: () => { takenBy.value = null; },
    /** `note`: what the next agent should know. */
    handBack: (note: string | null) => settle(async () => {
      await sent();
      return (await client.execute(HandBack, { input: { customerId, note } })).handBackToBot;
    }),
    resolve: () => settle(async () => {
      await sent();
      return (await client.execute(Resolve, { input })).resolveConversation;
    }),
    reopen: () => settle(async () => (await client.execute(Reopen, { input })).reopenConversation),
  };
}

export type Handling = ReturnType<typeof useHandling>;
