import { randomUUID } from 'node:crypto';
import { createAuth } from '../../server/auth/auth.ts';
import { createPasswords } from '../../server/auth/passwords.ts';
import { hashSecret, newSecret } from '../../server/auth/secrets.ts';
import type { Store } from '../../server/domain/ports/store.ts';
import type { Actor, Agent, AgentRole, Scope } from '../../server/domain/types.ts';
import { BOT } from '../../server/domain/types.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';
import type { TestApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { addNote, newSend, perform, send } from '../_util/minicom.ts';
import { answerAsPerson, handOn } from '../_util/waits.ts';

export const TOKENS: Readonly<Record<string, Scope>> = {
  'c:read': 'conversations:read', 'c:write': 'conversations:write', 'm:write': 'messages:write', notes: 'notes',
  'p:read': 'customers:read', 'p:write': 'customers:write', 't:admin': 'admin',
};
export const ROLES = ['nobody', 'visitor', 'own', 'other', 'admin', 'agent', 'viewer', ...Object.keys(TOKENS)] as const;
export type Role = (typeof ROLES)[number];

/** A conversation with a text of hers, a note, an answer of the bot's, an agent's and a token's text, none of them of an agent or a token who is a role. */
export interface Scene {
  readonly customerId: string;
  readonly owner: Door;
  readonly hers: string;
  readonly note: string;
  readonly answer: string;
}

/** As a scene that is not there: for what a caller is told who guesses. */
export const NOWHERE: Omit<Scene, 'owner'> = { customerId: 'nobody at all', hers: randomUUID(), note: randomUUID(), answer: randomUUID() };

export interface Cast {
  /** A fresh session of the role; a token is always the same. */
  enter(role: Role, scene: Scene): Promise<Door>;
  /** With a verified customer, or with an anonymous visitor. */
  newScene(who: 'customer' | 'visitor'): Promise<Scene>;
  /** How often the conversation changed so far. */
  headOf(customerId: string): Promise<number>;
  /** A token that has expired, and one that was revoked. */
  readonly dead: readonly Door[];
  /** The published article, and one that is not. */
  readonly articles: { readonly published: string; readonly draft: string };
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const SYSTEM_ACTOR: Actor = { kind: 'system', id: 'system' };

/** Makes everybody straight in the server's own data, beside it, as a command would. */
export async function assemble({ url, dataDir }: Pick<TestApp, 'url' | 'dataDir'>): Promise<Cast> {
  const clock = { now: () => Date.now() };
  const store: Store = await openSqliteStore({ dataDir, clock, exclusive: false });
  const { people } = store;
  const auth = await createAuth({ people, audit: store.audit, clock, dataDir, hasBot: false, log: { warn: () => undefined } });
  const passwordHash = await createPasswords().hash('correct horse battery');

  const hire = async (name: string, role: AgentRole): Promise<Agent> => {
    const hash = randomUUID();
    await people.createInvite(SYSTEM_ACTOR, { hash, role, expiresAt: new Date(clock.now() + DAY_MS) });
    const agent = await people.acceptInvite(hash, { name, email: `${name}@example.com`, passwordHash });
    if (!agent) throw new Error(`${name} was not hired`);
    return agent;
  };
  const enterAs = async (agent: Agent): Promise<Door> => ({ url, cookie: `minicom_agent=${(await auth.sessions.startAgent(agent)).secret}` });
  const agents: Readonly<Record<string, Agent>> = { admin: await hire('Ada', 'admin'), agent: await hire('Abe', 'agent'), viewer: await hire('Vic', 'viewer') };
  const nat = await hire('Nat', 'agent');
  const natsDoor = await enterAs(nat);
  const asNat: Actor = { kind: 'agent', id: nat.id, role: nat.role };

  const issue = async (name: string, ...scopes: Scope[]): Promise<Door> => {
    const { secret } = await auth.tokens.create(asNat, { name, scopes, days: 1 });
    return { url, token: secret };
  };
  const tokens = new Map(await Promise.all(Object.entries(TOKENS).map(async ([role, scope]) => [role, await issue(role, scope)] as const)));
  const crow = await issue('Crow', 'messages:write');
  const expired = newSecret('token');
  await people.createToken(SYSTEM_ACTOR, { hash: hashSecret(expired), name: 'Old', scopes: ['admin'], expiresAt: new Date(clock.now() - 1) });
  const revoked = await issue('Gone', 'admin');
  await people.revokeToken(SYSTEM_ACTOR, (await people.tokens()).find(({ name }) => name === 'Gone')?.id ?? '');

  const enterCustomer = async (id: string): Promise<Door> => {
    const identityToken = await auth.identity.sign(id, { email: 'hers@example.com' });
    return { url, token: (await auth.sessions.startCustomer({ identityToken })).token };
  };
  await enterCustomer('mallory');

  const article = async (title: string, published: boolean): Promise<string> => (
    (await store.articles.create(title.toLowerCase(), { title, body: 'Body', aliases: ['another wording'], published })).id
  );
  const articles = { published: await article('Published', true), draft: await article('Draft', false) };

  // As many as the usual wait is measured of.
  for (const id of ['Uma', 'Una', 'Ute', 'Ugo', 'Uri']) {
    await handOn(store, id);
    await answerAsPerson(store, id);
  }

  const textOf = async (sending: ReturnType<typeof send>): Promise<string> => {
    const { message, reason } = await sending;
    if (!message) throw new Error(`the scene was not set: ${reason}`);
    return message.id;
  };

  return {
    articles,
    dead: [{ url, token: expired }, revoked],
    headOf: async (customerId) => (await store.log.find(customerId))?.head ?? 0,
    close: () => store.close(),

    async enter(role, scene) {
      const agent = agents[role];
      if (role === 'nobody') return { url };
      if (role === 'own' || role === 'visitor') return scene.owner;
      if (role === 'other') return enterCustomer('mallory');
      return agent ? enterAs(agent) : tokens.get(role) ?? { url };
    },

    async newScene(who) {
      const visitor = who === 'visitor' ? await auth.sessions.startVisitor() : null;
      const customerId = visitor?.customer.id ?? randomUUID();
      const owner = visitor ? { url, token: visitor.token } : await enterCustomer(customerId);
      const [hers, crows, nats] = [httpCall(owner), httpCall(crow), httpCall(natsDoor)];
      const text = newSend(customerId, 'hello');
      const messageId = await textOf(send(hers, text));
      await perform(hers, 'editMessage', { customerId, messageId, text: 'hello there' });
      await textOf(send(crows, newSend(customerId, 'from a program')));
      await textOf(send(nats, newSend(customerId, 'from a person')));
      const note = await textOf(addNote(nats, newSend(customerId, 'between us')));
      const { messages } = await store.log.change({ customerId }, () => ({
        steps: [{
          type: 'append',
          message: {
            kind: 'text', audience: 'everyone', sender: BOT, text: 'It is so.',
            answer: { counts: 'answer', by: 'articles', reason: 'no_answer', confidence: 0.9, matched: 'hello', tookMs: 1, sources: [{ articleId: articles.published, title: 'Published' }], choices: [] },
          },
        }],
      }));
      return { customerId, owner, hers: messageId, note, answer: messages[0]?.id ?? '' };
    },
  };
}
