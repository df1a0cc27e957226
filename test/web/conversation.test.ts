import { expect, it, onTestFinished } from 'vitest';
import { effectScope, shallowRef } from 'vue';
import { useConversation } from '../../web/src/conversation/useConversation.ts';
import type { Client, ConnectionState } from '../../web/src/graphql/client.ts';
import { until } from '../_util/wait.ts';

const PAGE = {
  botAnswers: true, usualWaitMs: null,
  conversation: { id: 'c', handler: 'BOT', position: 1, cursor: 'here', messages: { nodes: [], pageInfo: { hasPreviousPage: false, startCursor: null } } },
};

it('B5: what the bot was writing is gone with what is read anew: the data may be those from before it', async () => {
  let receive = (_event: object): void => undefined;
  const client: Client = {
    state: shallowRef<ConnectionState>('open'),
    execute: async <Result>() => PAGE as Result,
    subscribe: (_document, _variables, { next }) => {
      receive = (event) => next({ conversationEvents: event } as Parameters<typeof next>[0]);
      return () => undefined;
    },
    opened: () => Promise.resolve(),
    wake: () => undefined,
    dispose: () => undefined,
  };
  const scope = effectScope();
  onTestFinished(() => scope.stop());
  const conversation = scope.run(() => useConversation(client, 'alice', 'Customer:alice'));
  if (!conversation) throw new Error('unreachable');
  const { status, draft, reload } = conversation;
  await until('the first page', () => status.value === 'ready');
  receive({ __typename: 'BotDraft', cursor: null, turnId: 't', afterSeq: 900, text: 'I am s' });
  expect(draft.value?.text).toBe('I am s');
  reload();
  await until('the page once more', () => status.value === 'ready');
  expect(draft.value).toBeNull();
});
