import { onScopeDispose } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';

const SetTyping = graphql(`
  mutation SetTyping($input: SetTypingInput!) { setTyping(input: $input) { __typename } }
`);

const EVERY_MS = 1_000;
/** Others let it lapse after 6 s, so it is repeated before. */
const REPEAT_MS = 3_000;

/** Tells the other side that one is typing, at most once a second. It is worth nothing when late, so it is neither kept nor tried again. */
export function useTypingSignal(client: Client, customerId: string) {
  let sent = false;
  let sentAt = 0;

  function signal(typing: boolean): void {
    const isRepeat = typing === sent;
    if (client.state.value !== 'open' || (isRepeat && !typing)) return;
    if (Date.now() - sentAt < (isRepeat ? REPEAT_MS : typing ? EVERY_MS : 0)) return;
    sent = typing;
    sentAt = Date.now();
    client.execute(SetTyping, { input: { customerId, typing } }).catch(() => undefined); // worth nothing when late
  }

  onScopeDispose(() => signal(false));
  return { signal };
}
