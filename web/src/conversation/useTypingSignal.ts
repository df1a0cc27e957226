import { onScopeDispose } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { throttle } from './throttle.ts';

const SetTyping = graphql(`
  mutation SetTyping($input: SetTypingInput!) { setTyping(input: $input) { __typename } }
`);

/** Others let it lapse after 6 s, so it is repeated before. */
const REPEAT_MS = 3_000;

/** Tells the other side that one is typing, at most once a second. It is worth nothing when late, so it is neither kept nor tried again. */
export function useTypingSignal(client: Client, customerId: string) {
  let isTyping = false;
  let told = false;
  let toldAt = 0;

  const tell = throttle(1_000, () => {
    if (client.state.value !== 'open' || (!isTyping && !told)) return;
    told = isTyping;
    toldAt = Date.now();
    client.execute(SetTyping, { input: { customerId, typing: isTyping } }).catch(() => undefined); // worth nothing when late
  });

  function signal(typing: boolean): void {
    isTyping = typing;
    if (typing !== told || (typing && Date.now() - toldAt > REPEAT_MS)) tell.request();
  }

  onScopeDispose(tell.cancel);
  return { signal };
}
