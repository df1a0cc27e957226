import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';
import { formatDay } from '../ui/time.ts';

export const AuditLog = graphql(`
  query AuditLog($after: Cursor, $action: String) {
    auditLog(first: 50, after: $after, action: $action) {
      nodes { id at action actor { kind id name } target { kind id name } facts { name value } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type AuditEntry = Result<typeof AuditLog>['auditLog']['nodes'][number];

/** What may be asked for alone; an action, or the kind that it begins with. */
export const FILTERS = [
  { action: '', label: 'Everything' },
  { action: 'agent', label: 'The team' },
  { action: 'agent.signed_in', label: 'Signing in' },
  { action: 'token', label: 'API tokens' },
  { action: 'key', label: 'Identity keys' },
  { action: 'identity', label: 'Links for customers' },
  { action: 'setting', label: 'Settings' },
  { action: 'article', label: 'Articles' },
  { action: 'message', label: 'Messages' },
] as const;

/** Who did it comes before. */
const DONE: Readonly<Record<string, string>> = {
  'agent.invited': 'made an invitation',
  'agent.invite_revoked': 'took back an invitation',
  'agent.joined': 'joined the team',
  'agent.role_changed': 'changed the role of',
  'agent.deactivated': 'deactivated',
  'agent.reactivated': 'reactivated',
  'agent.signed_in': 'signed in',
  'agent.sign_in_throttled': 'slowed down many failed tries to sign in as',
  'agent.session_ended': 'signed out another session',
  'agent.password_changed': 'changed their password',
  'agent.password_link_made': 'made a password link for',
  'agent.password_reset': 'chose a new password by a link',
  'agent.second_factor_on': 'turned on their second factor',
  'agent.second_factor_off': 'turned off their second factor',
  'agent.second_factor_reset': 'reset the second factor of',
  'token.created': 'made the API token',
  'token.revoked': 'revoked the API token',
  'key.added': 'added the identity key',
  'key.retired': 'retired the identity key',
  'identity.link_made': 'made a chat link for the customer',
  'setting.changed': 'changed the setting',
  'article.deleted': 'deleted the article',
  'message.removed': 'removed the message',
};

/** About oneself: no target is named. */
const OWN = /^agent\.(joined|signed_in|session_ended|password_changed|password_reset|second_factor_(on|off))$/;

const FACTS: Readonly<Record<string, string>> = {
  role: 'Role', from: 'From', to: 'To', algorithm: 'Algorithm', sessionsEnded: 'Sessions ended', customerId: 'Customer', scopes: 'Scopes', expires: 'Ends',
};

const CODES: Readonly<Record<string, string>> = { none: 'By password alone', app: 'With a code from the app', recovery: 'With a recovery code' };

export function actorWords({ kind, id, name }: AuditEntry['actor']): string {
  if (kind === 'COMMAND') return 'A command on the server';
  if (kind === 'SYSTEM') return 'Minicom';
  return name ?? id;
}

/** An action that came later than this page is told as it is called. */
export function actionWords({ action }: AuditEntry): string {
  return DONE[action] ?? action;
}

export function targetWords({ action, actor, target }: AuditEntry): string {
  if (OWN.test(action)) return '';
  if (!target) return action === 'agent.sign_in_throttled' ? 'nobody who is known' : '';
  return target.kind === 'agent' && target.id === actor.id ? 'themselves' : target.name ?? target.id;
}

export function factWords({ name, value }: AuditEntry['facts'][number], now: number): string {
  if (name === 'code') return CODES[value] ?? value;
  return `${FACTS[name] ?? name}: ${name === 'expires' ? formatDay(value, now) : value}`;
}
