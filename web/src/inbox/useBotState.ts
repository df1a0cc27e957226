import { computed, onScopeDispose } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { useLoaded } from '../ui/useLoaded.ts';

const BotState = graphql(`
  query BotState { botSettings { enabled available } }
`);

/** Whether the bot answers, for the team. Another agent may switch it meanwhile, so it is asked again whenever somebody comes back to the window. */
export function useBotState(client: Client) {
  const { data, reload } = useLoaded(() => client, () => client.execute(BotState, {}));
  const again = (): void => { void reload(); };
  addEventListener('focus', again);
  onScopeDispose(() => removeEventListener('focus', again));
  return { isOff: computed(() => data.value !== null && !(data.value.botSettings.enabled && data.value.botSettings.available)), reload };
}

export type BotState = ReturnType<typeof useBotState>;
