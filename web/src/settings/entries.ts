import type { Component } from 'vue';
import type { IconName } from '../ui/icons.ts';

export interface SettingsEntry {
  /** Below `/settings/`. */
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Gets `client` and `agent`. */
  readonly screen: () => Promise<Component>;
  readonly isForAdmins?: true;
}

/** The settings, in their order on the screen; each is a chunk of its own. */
export const SETTINGS: readonly SettingsEntry[] = [
  { path: 'articles', label: 'Articles', icon: 'page', screen: () => import('./ArticlesScreen.vue') },
  { path: 'questions', label: 'Unanswered', icon: 'question', screen: () => import('./QuestionsScreen.vue') },
  { path: 'bot', label: 'Bot', icon: 'bot', screen: () => import('./BotScreen.vue') },
  { path: 'report', label: 'Report', icon: 'chart', screen: () => import('./ReportScreen.vue') },
  { path: 'team', label: 'Team', icon: 'people', screen: () => import('./TeamScreen.vue'), isForAdmins: true },
  { path: 'tokens', label: 'API tokens', icon: 'key', screen: () => import('./TokensScreen.vue'), isForAdmins: true },
  { path: 'identity', label: 'Identity', icon: 'verified', screen: () => import('./IdentityScreen.vue') },
  { path: 'audit', label: 'Audit log', icon: 'list', screen: () => import('./AuditScreen.vue'), isForAdmins: true },
  { path: 'account', label: 'Account', icon: 'person', screen: () => import('./AccountScreen.vue') },
];
