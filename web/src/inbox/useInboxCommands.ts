import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { SETTINGS } from '../settings/entries.ts';
import type { Command } from './commands.ts';
import type { KeyedAction } from './keys.ts';
import type { SignedInAgent } from './useAgentSession.ts';
import type { useHandoffAlerts } from './useHandoffAlerts.ts';
import type { Inbox } from './useInbox.ts';
import { VIEW_ITEMS } from './views.ts';

const number = new Intl.NumberFormat();

/** What can be done without a conversation: `places` to go to, and what is the agent's `own`. */
export function useInboxCommands(counts: Inbox['counts'], agent: SignedInAgent, alerts: ReturnType<typeof useHandoffAlerts>, does: { help: () => void; signOut: () => void }) {
  const router = useRouter();
  const goTo = (to: Parameters<typeof router.push>[0]) => () => { void router.push(to); };

  const places = computed((): readonly Command[] => [
    ...VIEW_ITEMS.map(({ view, label, icon }): Command => {
      const count = counts.value?.[view === 'all' ? 'open' : view];
      return {
        id: view, label, icon, group: 'Go to', keyed: view satisfies KeyedAction, run: goTo({ name: 'inbox', params: { customerId: '' }, query: { view } }),
        ...(count ? { detail: view === 'queue' ? `${number.format(count)} waiting` : number.format(count) } : {}),
      };
    }),
    { id: 'settings', label: 'Settings', icon: 'settings', group: 'Go to', keyed: 'settings', run: goTo('/settings') },
  ]);

  const own = computed((): readonly Command[] => [
    { id: 'sound', label: 'Sound when somebody waits', icon: 'sound', group: 'You', isChecked: alerts.hasSound.value, run: alerts.toggleSound },
    ...(alerts.canNotify
      ? [{ id: 'notices', label: 'Notify me on this computer', icon: 'bell', group: 'You', isChecked: alerts.hasNotices.value, run: () => { void alerts.toggleNotices(); } } satisfies Command]
      : []),
    { id: 'help', label: 'Keyboard shortcuts', icon: 'keyboard', group: 'You', keyed: 'help', run: does.help },
    { id: 'sign-out', label: 'Sign out', icon: 'leave', group: 'You', run: does.signOut },
  ]);

  /** Each screen of the settings, for who types its name. */
  const screens: readonly Command[] = SETTINGS.filter(({ isForAdmins }) => !isForAdmins || agent.role === 'ADMIN').map(({ path, label, icon }) => (
    { id: `settings ${path}`, label, icon, group: 'Settings', run: goTo(`/settings/${path}`) }
  ));

  return { places, own, screens };
}
