import { onScopeDispose, shallowRef, watch } from 'vue';
import { keyOf } from '../conversation/fragments.ts';
import { clearOutboxes } from '../conversation/outboxStorage.ts';
import { forgetText } from '../conversation/useKeptText.ts';
import { backoffMs } from '../graphql/backoff.ts';
import { createClient } from '../graphql/client.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { heals, reasonOf } from '../graphql/errors.ts';
import { forgetToken, forgetVisitor, keptToken, keptVisitor } from '../session/keptSessions.ts';
import { demoIdentity, SessionRefusedError, startCustomer, startVisitor } from '../session/startSession.ts';
import type { StartedSession } from '../session/startSession.ts';
import { useChatAddress } from './useChatAddress.ts';

export type SessionState =
  | { readonly name: 'starting'; readonly problem: string | null }
  | { readonly name: 'ready'; readonly customerId: string; readonly client: Client; readonly end: () => Promise<void> }
  /** By choice. */
  | { readonly name: 'left' }
  /** The site has to sign this customer in; nothing here can. */
  | { readonly name: 'needs-sign-in' }
  | { readonly name: 'refused'; readonly reason: string };

const SignOut = graphql(`
  mutation EndSession { signOut }
`);

/** A session that ends sooner than this is no use to try again at once. */
const SHORT_MS = 10_000;

/**
 * The session for the customer in the address, or for this device's anonymous visitor when there is none: a link's identity first, then what is kept,
 * then the demo's. When it ends it is forgotten, and the same path is taken again.
 */
export function useCustomerSession() {
  const state = shallowRef<SessionState>({ name: 'starting', problem: null });
  const { customerId, identity, goTo } = useChatAddress((token) => {
    handedOver = token;
    void start();
  });
  /** By a link, and not exchanged yet. */
  let handedOver = identity;
  let life = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function start(attempt = 0): Promise<void> {
    const mine = ++life;
    leave();
    state.value = { name: 'starting', problem: null };
    try {
      const session = handedOver ? await startCustomer(handedOver, keptVisitor()) : await find(customerId.value);
      if (mine !== life) return;
      if (!session) { state.value = { name: 'needs-sign-in' }; return; }
      enter(session, attempt);
      if (handedOver) goTo(session.customerId);
      handedOver = null;
    } catch (error) {
      if (mine !== life) return;
      if (heals(error)) {
        state.value = { name: 'starting', problem: reasonOf(error) };
        retry = setTimeout(() => { void start(attempt + 1); }, backoffMs(attempt));
        return;
      }
      handedOver = null;
      state.value = { name: 'refused', reason: error instanceof SessionRefusedError ? error.message : reasonOf(error) };
    }
  }

  function enter({ customerId: id, token }: StartedSession, attempt: number): void {
    const startedAt = Date.now();
    const client = createClient({
      token,
      onEnded: () => {
        forget(id, token);
        if (state.value.name !== 'ready' || state.value.client !== client) return;
        if (Date.now() - startedAt > SHORT_MS) return void start();
        state.value = { name: 'starting', problem: 'The session ended.' };
        retry = setTimeout(() => { void start(attempt + 1); }, backoffMs(attempt));
      },
    });
    state.value = { name: 'ready', customerId: id, client, end: () => end(id, token, client) };
  }

  /** The device forgets; the server, too, as soon as it hears of it. */
  async function end(id: string, token: string, client: Client): Promise<void> {
    life++;
    state.value = { name: 'left' };
    forget(id, token);
    forgetText(id);
    await clearOutboxes(keyOf({ __typename: 'Customer', id }));
    await client.execute(SignOut, {}).catch(() => undefined); // without the token it is of no use to anybody here
    client.dispose();
  }

  function leave(): void {
    clearTimeout(retry);
    if (state.value.name === 'ready') state.value.client.dispose();
  }

  watch(customerId, (id) => {
    // After an exchange the address follows the session, not the other way round.
    if (state.value.name !== 'ready' || state.value.customerId !== id) void start();
  });
  onScopeDispose(() => {
    life++;
    leave();
  });
  void start();
  return { state, customerId, restart: () => { void start(); } };
}

function forget(id: string, token: string): void {
  if (keptVisitor()?.token === token) forgetVisitor({ id, token });
  else forgetToken(id, token);
}

async function find(customerId: string | null): Promise<StartedSession | null> {
  if (customerId === null) {
    const visitor = keptVisitor();
    return visitor ? { customerId: visitor.id, token: visitor.token } : startVisitor();
  }
  const token = keptToken(customerId);
  if (token !== null) return { customerId, token };
  const identity = await demoIdentity(customerId);
  return identity === null ? null : startCustomer(identity, null);
}
