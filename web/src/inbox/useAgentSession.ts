import { onScopeDispose, shallowRef } from 'vue';
import { keyOf } from '../conversation/fragments.ts';
import { clearOutboxes } from '../conversation/outboxStorage.ts';
import { backoffMs } from '../graphql/backoff.ts';
import { createClient } from '../graphql/client.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import { post } from '../graphql/http.ts';

const InboxViewer = graphql(`
  query InboxViewer { viewer { __typename ... on Agent { id name role } } }
`);

const SignOut = graphql(`
  mutation SignOut { signOut }
`);

export interface SignedInAgent { readonly id: string; readonly name: string; readonly role: 'ADMIN' | 'AGENT' | 'VIEWER' | null }

export type AgentState =
  | { readonly name: 'starting'; readonly problem: string | null }
  | { readonly name: 'signed-out'; readonly wasSignedIn: boolean; readonly byChoice: boolean }
  | { readonly name: 'ready'; readonly agent: SignedInAgent; readonly client: Client };

/** The agent whose cookie this browser has. The cookie itself is out of reach of any script. */
export function useAgentSession() {
  const state = shallowRef<AgentState>({ name: 'starting', problem: null });
  let life = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function start(attempt = 0): Promise<void> {
    const mine = ++life;
    const wasSignedIn = state.value.name === 'ready';
    leave();
    try {
      const { viewer } = await post(InboxViewer, {});
      if (mine !== life) return;
      if (viewer?.__typename === 'Agent') enter(viewer);
      else state.value = { name: 'signed-out', wasSignedIn, byChoice: false };
    } catch (error) {
      if (mine !== life) return;
      state.value = { name: 'starting', problem: reasonOf(error) };
      retry = setTimeout(() => { void start(attempt + 1); }, backoffMs(attempt));
    }
  }

  function enter(agent: SignedInAgent): void {
    const client = createClient({
      token: null,
      onEnded: () => { if (state.value.name === 'ready' && state.value.client === client) state.value = { name: 'signed-out', wasSignedIn: true, byChoice: false }; },
    });
    state.value = { name: 'ready', agent, client };
  }

  /** @throws ConnectionLostError, RefusedError: then the agent is still signed in */
  async function signOut(): Promise<void> {
    if (state.value.name !== 'ready') return;
    await post(SignOut, {});
    await clearOutboxes(keyOf({ __typename: 'Agent', id: state.value.agent.id }));
    leave();
    state.value = { name: 'signed-out', wasSignedIn: true, byChoice: true };
  }

  function leave(): void {
    clearTimeout(retry);
    if (state.value.name === 'ready') state.value.client.dispose();
  }

  onScopeDispose(() => {
    life++;
    leave();
  });
  void start();
  return { state, signOut, restart: () => { void start(); } };
}
