import { randomUUID } from 'node:crypto';
import type { GraphQLField } from 'graphql';
import { isLeafType, getNamedType } from 'graphql';
import { schema } from '../../server/graphql/schema/index.ts';
import type { Cast, Scene } from './cast.ts';

/** What each row of the matrix is asked with: the arguments of its field. A row without an entry takes none. */
const ARGUMENTS: Readonly<Record<string, (scene: Omit<Scene, 'owner'>, cast: Pick<Cast, 'articles'>) => object>> = {
  conversation: about,
  'agents all': () => ({ all: true }),
  checkIdentityToken: () => ({ token: 'no token' }),
  article: (_, { articles }) => ({ id: articles.published }),
  'article draft': (_, { articles }) => ({ id: articles.draft }),
  botReport: () => ({ since: new Date(Date.now() - 1_000).toISOString() }),
  tryBot: () => ({ question: 'Hello?' }),

  sendMessage: ({ customerId }) => input({ customerId, text: 'x', clientMessageId: randomUUID() }),
  'editMessage hers': ({ customerId, hers }) => input({ customerId, messageId: hers, text: randomUUID() }),
  'editMessage note': ({ customerId, note }) => input({ customerId, messageId: note, text: randomUUID() }),
  'removeMessage hers': ({ customerId, hers }) => input({ customerId, messageId: hers }),
  'removeMessage note': ({ customerId, note }) => input({ customerId, messageId: note }),
  rateAnswer: ({ customerId, answer }) => input({ customerId, messageId: answer, helpful: true }),
  'rateAnswer note': ({ customerId, note }) => input({ customerId, messageId: note, helpful: true }),
  addNote: ({ customerId }) => input({ customerId, text: 'x', clientMessageId: randomUUID() }),
  takeOver: ({ customerId }) => input({ customerId, force: true }),
  handBackToBot: (scene) => input(about(scene)),
  requestHuman: (scene) => input(about(scene)),
  resolveConversation: (scene) => input(about(scene)),
  reopenConversation: (scene) => input(about(scene)),
  markRead: ({ customerId }) => input({ customerId, seq: 1 }),
  setTyping: ({ customerId }) => input({ customerId, typing: true }),

  createArticle: () => input({ title: 'Another', body: 'Body' }),
  updateArticle: () => input({ id: 'nothing', title: 'x', body: 'x', aliases: [], published: true, version: 1 }),
  deleteArticle: () => input({ id: 'nothing' }),
  rememberWording: () => input({ articleId: 'nothing', wording: 'x' }),
  dismissUnanswered: () => input({ id: 'nothing' }),
  setBotEnabled: () => ({ enabled: true }),
  setBotRules: () => ({ rules: null }),

  inviteAgent: () => input({ role: 'VIEWER' }),
  revokeInvite: () => input({ inviteId: 'nothing' }),
  setAgentRole: () => input({ agentId: 'nobody', role: 'AGENT' }),
  deactivateAgent: () => input({ agentId: 'nobody' }),
  reactivateAgent: () => input({ agentId: 'nobody' }),
  createPasswordLink: () => input({ agentId: 'nobody' }),
  resetSecondFactor: () => input({ agentId: 'nobody' }),
  createApiToken: () => input({ name: 'x', scopes: [] }),
  revokeApiToken: () => input({ tokenId: 'nothing' }),
  addIdentityKey: () => input({ publicKey: 'no key' }),
  retireIdentityKey: () => input({ kid: 'nothing' }),
  revokeSession: () => input({ sessionId: 'nothing' }),
  changePassword: () => input({ password: 'wrong', newPassword: 'correct horse battery' }),
  enrolSecondFactor: () => input({ password: 'wrong' }),
  confirmSecondFactor: () => input({ enrolment: 'nothing', code: '000000' }),
  disableSecondFactor: () => input({ password: 'wrong', code: '000000' }),

  startCustomerSession: () => input({ identityToken: 'no token' }),
  signIn: () => input({ email: 'nobody@example.com', password: 'wrong' }),
  acceptInvite: () => input({ token: 'no token', name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' }),
  resetPassword: () => input({ token: 'no token', password: 'correct horse battery' }),

  conversationEvents: about,
};

export interface Operation { readonly query: string; readonly variables: object }

/** The operation of a row, selecting no more than what became of it, under the name `outcome`. */
export function operationOf(row: string, scene: Omit<Scene, 'owner'>, cast: Pick<Cast, 'articles'>): Operation {
  const { kind, field } = rootField(row.split(' ')[0] ?? '');
  const variables = ARGUMENTS[row]?.(scene, cast) ?? {};
  const given = field.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const call = field.name + (passed && `(${passed})`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return { query: `${kind} Ask${declared && `(${declared})`} { outcome: ${call}${selection} }`, variables };
}

export function kindOf(row: string): 'query' | 'mutation' | 'subscription' {
  return rootField(row.split(' ')[0] ?? '').kind;
}

/** Does the row ask about something that may be somebody else's? */
export function namesSomething(row: string): boolean {
  const variables = JSON.stringify(ARGUMENTS[row]?.({ customerId: 'THIS', hers: 'THIS', note: 'THIS', answer: 'THIS' }, { articles: { published: '', draft: 'THIS' } }) ?? {});
  return variables.includes('THIS');
}

export const ROOT_FIELDS = {
  query: schema.getQueryType()?.getFields() ?? {},
  mutation: schema.getMutationType()?.getFields() ?? {},
  subscription: schema.getSubscriptionType()?.getFields() ?? {},
} as const;

function rootField(name: string): { kind: keyof typeof ROOT_FIELDS; field: GraphQLField<unknown, unknown> } {
  for (const [kind, fields] of Object.entries(ROOT_FIELDS)) {
    const field = fields[name];
    if (field) return { kind: kind as keyof typeof ROOT_FIELDS, field };
  }
  throw new Error(`the schema has no ${name}`);
}

function about({ customerId }: Pick<Scene, 'customerId'>): { customerId: string } {
  return { customerId };
}

function input(fields: object): { input: object } {
  return { input: fields };
}
