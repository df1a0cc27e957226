import { randomUUID } from 'node:crypto';
import type { Answer, Call, Door } from './graphql-client.ts';
import { http, httpCall } from './graphql-client.ts';

/** The public contract, as an integrator's program uses it: documents, their shapes, the demo's doors. */

export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly position: number;
  readonly kind: 'TEXT' | 'NOTE' | 'ACTIVITY';
  readonly sender: { readonly __typename: string; readonly id?: string; readonly name?: string };
  readonly text: string;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly removedAt: string | null;
  readonly clientMessageId: string | null;
}

/** What a `ConversationChanged` is about. Counts and waiting times also move with messages, so they are not here. */
export interface ConversationState {
  readonly id: string;
  readonly status: string;
  readonly handler: string;
  readonly isBotActive: boolean;
  readonly assignee: { readonly id: string } | null;
  readonly seenByCustomer: number;
  readonly seenByAgents: number;
  readonly position: number;
}

export type ConversationEvent =
  | { readonly __typename: 'StreamHeartbeat'; readonly cursor: string | null }
  | { readonly __typename: 'StreamReset'; readonly cursor: null; readonly reason: string }
  | { readonly __typename: 'MessageAdded' | 'MessageChanged'; readonly cursor: string | null; readonly message: Message }
  | { readonly __typename: 'ConversationChanged'; readonly cursor: string | null; readonly conversation: ConversationState }
  | { readonly __typename: 'TypingChanged'; readonly cursor: null; readonly typing: boolean }
  | { readonly __typename: 'BotDraft'; readonly cursor: null };

const MESSAGE = `fragment M on Message {
  id seq position kind text createdAt editedAt removedAt clientMessageId
  sender { __typename ... on Customer { id } ... on Agent { id } ... on ApiToken { id } ... on Bot { name } ... on System { name } }
}`;
const STATE = 'fragment S on Conversation { id status handler isBotActive assignee { id } seenByCustomer seenByAgents position }';
const EVENT = `fragment E on ConversationEvent {
  __typename cursor
  ... on StreamReset { reason }
  ... on MessageAdded { message { ...M } }
  ... on MessageChanged { message { ...M } }
  ... on ConversationChanged { conversation { ...S } }
  ... on TypingChanged { typing }
} ${MESSAGE} ${STATE}`;

export const FOLLOW = `subscription Follow($customerId: ID!, $after: Cursor) { conversationEvents(customerId: $customerId, after: $after) { ...E } } ${EVENT}`;
export interface Followed { readonly conversationEvents: ConversationEvent }

/** @throws if there are errors, naming their codes, or no data */
export function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions?.code ?? 'no code'}: ${message}`).join('; '));
  if (!data) throw new Error('neither data nor errors');
  return data;
}

// ── doors ────────────────────────────────────────────────────────────────────────────────────────

/** Signs in as a customer, creating her, through the exchange that an embedding site uses. */
export async function enterAsCustomer(url: string, customerId: string): Promise<Door> {
  const { body } = await http({ url }, 'GET', `/demo/identity?customer=${encodeURIComponent(customerId)}`);
  const { identityToken } = JSON.parse(body) as { identityToken: string };
  const start = `mutation Enter($input: StartCustomerSessionInput!) {
    startCustomerSession(input: $input) { __typename ... on CustomerSession { token } ... on Error { reason } }
  }`;
  const { startCustomerSession } = dataOf(
    await httpCall({ url })<{ startCustomerSession: { token?: string; reason?: string } }>(start, { input: { identityToken } }),
  );
  if (startCustomerSession.token === undefined) throw new Error(`no session for ${customerId}: ${startCustomerSession.reason}`);
  return { url, token: startCustomerSession.token };
}

export async function enterAsAgent(url: string, name: string): Promise<Door> {
  const { status, headers } = await http({ url }, 'GET', `/demo/agent?as=${name}`);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`no cookie for ${name}: HTTP ${status}`);
  return { url, cookie };
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

export interface Snapshot { readonly state: ConversationState; readonly cursor: string; readonly messages: readonly Message[] }

/** State, cursor and the newest messages (at most 100) of one read. */
export async function readSnapshot(call: Call, customerId: string): Promise<Snapshot> {
  const query = `query Snapshot($customerId: ID!) {
    conversation(customerId: $customerId) { ...S cursor messages(last: 100) { nodes { ...M } } }
  } ${MESSAGE} ${STATE}`;
  const { conversation } = dataOf(
    await call<{ conversation: (ConversationState & { cursor: string; messages: { nodes: Message[] } }) | null }>(query, { customerId }),
  );
  if (!conversation) throw new Error(`no conversation of ${customerId}`);
  const { cursor, messages, ...state } = conversation;
  return { state, cursor, messages: messages.nodes };
}

/** Every message that the caller may see, page by page. */
export async function readHistory(call: Call, customerId: string): Promise<Message[]> {
  const query = `query History($customerId: ID!, $after: Cursor) {
    conversation(customerId: $customerId) { messages(first: 100, after: $after) { nodes { ...M } pageInfo { hasNextPage endCursor } } }
  } ${MESSAGE}`;
  interface Page { nodes: Message[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  interface Data { conversation: { messages: Page } | null }
  const all: Message[] = [];
  let after: string | null = null;
  for (;;) {
    const { conversation }: Data = dataOf<Data>(await call<Data>(query, { customerId, after }));
    if (!conversation) throw new Error(`no conversation of ${customerId}`);
    const { nodes, pageInfo }: Page = conversation.messages;
    all.push(...nodes);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

/** One page of the stream, pulled. */
export async function pullEvents(
  call: Call, customerId: string, after: string, first: number,
): Promise<{ events: ConversationEvent[]; cursor: string; hasMore: boolean }> {
  const query = `query Pull($customerId: ID!, $after: Cursor!, $first: Int!) {
    conversation(customerId: $customerId) { events(after: $after, first: $first) { events { ...E } cursor hasMore } }
  } ${EVENT}`;
  const { conversation } = dataOf(
    await call<{ conversation: { events: { events: ConversationEvent[]; cursor: string; hasMore: boolean } } | null }>(query, { customerId, after, first }),
  );
  if (!conversation) throw new Error(`no conversation of ${customerId}`);
  return conversation.events;
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────

export interface SendInput {
  readonly customerId: string;
  readonly text: string;
  readonly clientMessageId: string;
  readonly lastSeenSeq?: number;
}

/** What a verb said, a refusal included: `__typename` tells which. */
export interface Outcome {
  readonly __typename: string;
  readonly reason?: string;
  readonly message?: Message;
  readonly original?: Message;
  readonly unseen?: readonly Message[];
}

const SEND = `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) {
  __typename
  ... on SendMessagePayload { message { ...M } }
  ... on Error { reason }
  ... on IdempotencyConflictError { original { ...M } }
  ... on StaleReplyError { unseen { ...M } }
} } ${MESSAGE}`;

export async function send(call: Call, input: SendInput): Promise<Outcome> {
  return dataOf(await call<{ sendMessage: Outcome }>(SEND, { input })).sendMessage;
}

/** As `send`, with the top-level code of a failure that is no outcome, such as `STORAGE_FULL`. */
export async function trySend(call: Call, input: SendInput): Promise<Outcome | { readonly code: string }> {
  const answer = await call<{ sendMessage: Outcome }>(SEND, { input });
  return answer.errors ? { code: answer.errors[0]?.extensions?.code ?? 'no code' } : dataOf(answer).sendMessage;
}

export async function addNote(call: Call, input: Omit<SendInput, 'lastSeenSeq'>): Promise<Outcome> {
  const query = `mutation Note($input: AddNoteInput!) { addNote(input: $input) {
    __typename ... on AddNotePayload { message { ...M } } ... on Error { reason } ... on IdempotencyConflictError { original { ...M } }
  } } ${MESSAGE}`;
  return dataOf(await call<{ addNote: Outcome }>(query, { input })).addNote;
}

const VERBS = {
  editMessage: 'EditMessageInput',
  removeMessage: 'RemoveMessageInput',
  takeOver: 'TakeOverInput',
  handBackToBot: 'HandBackToBotInput',
  requestHuman: 'RequestHumanInput',
  markRead: 'MarkReadInput',
  setTyping: 'SetTypingInput',
  resolveConversation: 'ResolveConversationInput',
  reopenConversation: 'ReopenConversationInput',
} as const;

/** Any other verb. @returns its outcome, refusals included */
export async function perform(call: Call, verb: keyof typeof VERBS, input: object): Promise<Outcome> {
  const query = `mutation Perform($input: ${VERBS[verb]}!) { outcome: ${verb}(input: $input) { __typename ... on Error { reason } } }`;
  return dataOf(await call<{ outcome: Outcome }>(query, { input })).outcome;
}

export function newSend(customerId: string, text: string): SendInput {
  return { customerId, text, clientMessageId: randomUUID() };
}
