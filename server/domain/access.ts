import type { Audience, Conversation, Message, Scope, Sender, Viewer } from './types.ts';

/**
 * Who may do what. Pure, and the only place that knows: every verb asks here inside its transaction, every follower again for each page.
 * Nobody is `null`, and may nothing of what is asked here.
 */

type Who = Viewer | null;

const isTeam = (viewer: Who): boolean => viewer?.kind === 'agent' || viewer?.kind === 'token';
const hasScope = (viewer: Who, scope: Scope): boolean =>
  viewer?.kind === 'token' && (viewer.scopes.includes(scope) || viewer.scopes.includes('admin'));
const isAnswering = (viewer: Who): boolean => viewer?.kind === 'agent' && viewer.role !== 'viewer';
const isOwner = (viewer: Who, about: { customerId: string }): boolean => viewer?.kind === 'customer' && viewer.id === about.customerId;

export function canRead(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return isOwner(viewer, conversation) || viewer?.kind === 'agent' || hasScope(viewer, 'conversations:read');
}

export function canSend(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return isOwner(viewer, conversation) || isAnswering(viewer) || hasScope(viewer, 'messages:write');
}

/** Take over, hand back, resolve, reopen. */
export function canManage(viewer: Who): boolean {
  return isAnswering(viewer) || hasScope(viewer, 'conversations:write');
}

export function canResolve(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return isOwner(viewer, conversation) || canManage(viewer);
}

export function canRequestHuman(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return isOwner(viewer, conversation) || canManage(viewer);
}

export function canNote(viewer: Who): boolean {
  return isAnswering(viewer) || hasScope(viewer, 'notes');
}

/** Seen marks and typing. */
export function canSignal(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return canSend(viewer, conversation);
}

export function canSeeInbox(viewer: Who): boolean {
  return viewer?.kind === 'agent' || hasScope(viewer, 'conversations:read');
}

/** How to reach a customer outside of the conversation. */
export function canSeeEmail(viewer: Who, customerId: string): boolean {
  return isOwner(viewer, { customerId }) || viewer?.kind === 'agent' || hasScope(viewer, 'customers:read');
}

export function canSeeTeam(viewer: Who): boolean {
  return viewer?.kind === 'agent';
}

/** Earlier texts of an edited message, an agent's role, a token's scopes. */
export function canSeeTeamDetails(viewer: Who): boolean {
  return isTeam(viewer);
}

/** Agents, their roles and links, API tokens, identity keys. People only: a token that makes tokens would outlive its own end. */
export function canAdminister(viewer: Who): boolean {
  return viewer?.kind === 'agent' && viewer.role === 'admin';
}

/** An agent's e-mail address and second factor: whose they are, and admins. */
export function canSeeAccount(viewer: Who, agentId: string): boolean {
  return canAdminister(viewer) || (viewer?.kind === 'agent' && viewer.id === agentId);
}

/** How long a token lasts and who made it: itself, and admins. */
export function canSeeToken(viewer: Who, tokenId: string): boolean {
  return canAdminister(viewer) || (viewer?.kind === 'token' && viewer.id === tokenId);
}

export function canReadAudit(viewer: Who): boolean {
  return canAdminister(viewer) || hasScope(viewer, 'admin');
}

/** What the bot made of questions, what it could not answer, how it is set. */
export function canSeeBot(viewer: Who): boolean {
  return canSeeInbox(viewer);
}

/** The switch and the rules, which are in force for everybody at once. */
export function canSetBot(viewer: Who): boolean {
  return (viewer?.kind === 'agent' && viewer.role === 'admin') || hasScope(viewer, 'admin');
}

/** Articles that are not published, and the other wordings of those that are. */
export function canSeeDrafts(viewer: Who): boolean {
  return canSeeInbox(viewer);
}

export function canEditArticles(viewer: Who): boolean {
  return isAnswering(viewer) || hasScope(viewer, 'admin');
}

/** Whether an answer of the bot's helped. */
export function canRate(viewer: Who, conversation: Pick<Conversation, 'customerId'>): boolean {
  return isOwner(viewer, conversation);
}

/** Whose it is may change it, while the right to write such a one lasts. */
export function canEdit(viewer: Who, message: Message): boolean {
  if (viewer === null || message.kind === 'activity' || !isSame(senderOf(viewer), message.sender)) return false;
  return message.kind === 'note' ? canNote(viewer) : canSend(viewer, message);
}

export function canRemove(viewer: Who, message: Message): boolean {
  return canEdit(viewer, message) || (isAnswering(viewer) && message.kind !== 'activity');
}

/** Notes need the right to read them: a token without `notes` sees what the customer sees. */
export function audiencesOf(viewer: Who): readonly Audience[] {
  return viewer?.kind === 'agent' || hasScope(viewer, 'notes') ? ['everyone', 'team'] : ['everyone'];
}

export function visibleTo(viewer: Who, row: { readonly audience: Audience }): boolean {
  return audiencesOf(viewer).includes(row.audience);
}

export function senderOf(viewer: Viewer): Sender {
  return { kind: viewer.kind, id: viewer.id };
}

export function isSame(a: Sender, b: Sender): boolean {
  return a.kind === b.kind && a.id === b.id;
}
