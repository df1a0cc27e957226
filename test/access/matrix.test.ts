import { isInterfaceType, isObjectType } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../server/domain/types.ts';
import { schema } from '../../server/graphql/schema/index.ts';
import type { TestApp } from '../_util/app.ts';
import { startApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { connections, dial, post } from '../_util/wire.ts';
import type { Cast, Role, Scene } from './cast.ts';
import { assemble, NOWHERE, ROLES, TOKENS } from './cast.ts';
import { FIELDS, HTTP_ONLY, OPEN, OPERATIONS } from './matrix.ts';
import { kindOf, namesSomething, operationOf, ROOT_FIELDS } from './operations.ts';
import type { Ask } from './transports.ts';
import { createSockets, overEvents, overHttp } from './transports.ts';

let app: TestApp;
let cast: Cast;
const sockets = createSockets();
beforeAll(async () => {
  app = await startApp();
  cast = await assemble(app);
});
afterEach(() => {
  sockets.close();
  for (const cut of connections) cut();
  connections.clear();
});
afterAll(async () => {
  await cast?.close();
  await app?.stop();
});

const TRANSPORTS: readonly (readonly [string, Ask])[] = [['HTTP', overHttp], ['server-sent events', overEvents], ['WebSocket', (...args) => sockets.ask(...args)]];

describe('R1 R2 R17 the matrix', () => {
  it('has a row for every field of Query, Mutation and Subscription', () => {
    const rows = new Set([...OPERATIONS.keys()].map((row) => row.split(' ')[0]));
    expect(Object.values(ROOT_FIELDS).flatMap((fields) => Object.keys(fields)).filter((name) => !rows.has(name))).toEqual([]);
  });

  it('has a word on every field of every object', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const unsaid = Object.values(schema.getTypeMap()).filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__') && !roots.includes(type as never))
      .flatMap((type) => ((isObjectType(type) || isInterfaceType(type)) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []))
      .filter((name) => !FIELDS.has(name) && !OPEN[name.split('.')[0] ?? '']?.split(' ').includes(name.split('.')[1] ?? ''));
    expect(unsaid).toEqual([]);
  });

  it('has a column for every scope', () => {
    expect(new Set(Object.values(TOKENS))).toEqual(new Set(SCOPES));
    for (const row of [...OPERATIONS.values(), ...FIELDS.values()]) expect(Object.keys(row)).toEqual([...ROLES]);
  });
});

describe.each(TRANSPORTS)('over %s', (transport, ask) => {
  /** One for whoever owns it, and used until somebody changed it. */
  const scenes = new Map<string, Scene>();
  const sceneFor = async (role: Role): Promise<Scene> => {
    const who = role === 'visitor' ? 'visitor' : 'customer';
    const scene = scenes.get(who) ?? (await cast.newScene(who));
    scenes.set(who, scene);
    return scene;
  };

  const rows = [...OPERATIONS].filter(([row]) => transport !== 'HTTP' || kindOf(row) !== 'subscription');
  it.each(rows)('R1 R2 R3 %s', async (row, expected) => {
    const wanted = transport === 'WebSocket' && HTTP_ONLY.has(row) ? Object.fromEntries(ROLES.map((role) => [role, 'h'])) : expected;
    const found: Record<string, string> = {};
    for (const role of ROLES) {
      found[role] = '.';
      if (wanted[role] === '.') continue;
      const scene = await sceneFor(role);
      const door = await cast.enter(role, scene);
      const head = await cast.headOf(scene.customerId);
      const answer = await ask(door, operationOf(row, scene, cast));
      const mark = markOf(answer, kindOf(row));
      found[role] = mark;
      if (mark === 'x') {
        if (kindOf(row) === 'mutation') scenes.clear();
        continue;
      }
      expect(await cast.headOf(scene.customerId), `${role}: a refusal changes nothing`).toBe(head);
      if (mark !== '-' || !namesSomething(row)) continue;
      const unknown = await ask(door, operationOf(row, NOWHERE, { articles: { published: 'nothing', draft: 'nothing' } }));
      expect(withoutId(unknown), `${role}: foreign and unknown look alike`).toBe(withoutId(answer));
    }
    expect(found).toEqual(wanted);
  });

  it.each([...FIELDS.keys()])('R1 R5 %s', async (name) => {
    const found: Record<string, string> = {};
    for (const role of ROLES) {
      const scene = await sceneFor(role);
      found[role] = await seen(ask, await cast.enter(role, scene), name, scene);
    }
    scenes.clear();
    expect(found).toEqual(FIELDS.get(name));
  });
});

describe('a token that has expired, and one that was revoked', () => {
  it('R17 gets 401 over HTTP and as events, and 4403 on a socket, whatever it asks', async () => {
    const scene = await cast.newScene('customer');
    for (const { url, token } of cast.dead) {
      for (const row of OPERATIONS.keys()) {
        const operation = operationOf(row, scene, cast);
        for (const accept of ['application/json', 'text/event-stream']) {
          const reply = await post(url, operation, { accept, authorization: `Bearer ${token}` });
          expect(reply.status, row).toBe(401);
          expect(reply.body).toContain('UNAUTHENTICATED');
        }
      }
      const socket = await dial(url);
      socket.send({ type: 'connection_init', payload: { token } });
      expect(await socket.closed).toMatchObject({ code: 4403 });
    }
  });
});

const CODES: Readonly<Record<string, string>> = {
  NOT_FOUND: '-', FORBIDDEN: 'f', UNAUTHENTICATED: 'u', BAD_USER_INPUT: 'i', HTTP_ONLY: 'h',
};
const MEMBERS: Readonly<Record<string, string>> = { NotFoundError: '-', InvalidInputError: 'i' };

/** @throws on an answer that the matrix has no mark for */
function markOf(answer: string, kind = 'query'): string {
  const { data, errors } = JSON.parse(answer) as { data?: { outcome: unknown } | null; errors?: { extensions?: { code?: string } }[] };
  const mark = errors ? CODES[errors[0]?.extensions?.code ?? ''] : markOfOutcome(data?.outcome, kind);
  if (!mark) throw new Error(`what is this? ${answer}`);
  return mark;
}

/** Of a verb, false is what was not there; of a question, it is the answer. */
function markOfOutcome(outcome: unknown, kind: string): string | undefined {
  if (outcome === null || (outcome === false && kind === 'mutation')) return '-';
  if (typeof outcome !== 'object') return outcome === undefined ? undefined : 'x';
  const name = String((outcome as { __typename?: string }).__typename);
  return MEMBERS[name] ?? (name.endsWith('Error') ? undefined : 'x');
}

function withoutId(answer: string): string {
  return answer.replace(/"requestId":"[^"]*"/g, '');
}

const SENDERS = 'messages { nodes { sender { ... on Agent { role active email hasSecondFactor recoveryCodesLeft } ... on ApiToken { name scopes createdAt createdBy { id } expiresAt lastUsedAt } } } }';
const ANSWERS = 'messages { nodes { answer { by confidence matched reason tookMs } } }';
const INSIDE: Readonly<Record<string, string>> = {
  'Customer.email': 'customer { email }',
  'Message.earlierTexts': 'messages { nodes { earlierTexts } }',
  'Conversation.messages': 'messages { nodes { kind } }',
};

/** Asks for one field of the scene, and whether anything of it came. */
async function seen(ask: Ask, door: Door, name: string, { customerId }: Scene): Promise<string> {
  const [type = '', field = ''] = name.split('.');
  if (type === 'SendMessagePayload' || type === 'ConversationPayload') {
    const [verb, row] = type === 'SendMessagePayload' ? ['SendMessagePayload', 'sendMessage'] : ['ConversationPayload', 'requestHuman'];
    const { query, variables } = operationOf(row, { ...NOWHERE, customerId }, cast);
    return markOf(await ask(door, { query: query.replace('__typename', `__typename ... on ${verb} { conversation { id } }`), variables }));
  }
  if (type === 'Article') {
    const answer = await ask(door, { query: 'query Ask($id: ID!) { outcome: article(id: $id) { aliases } }', variables: { id: cast.articles.published } });
    return answer.includes('another wording') ? 'x' : 'o';
  }
  const inside = INSIDE[name] ?? (type === 'BotAnswer' ? ANSWERS : SENDERS);
  const answer = await ask(door, { query: `query Ask($id: ID!) { outcome: conversation(customerId: $id) { ${inside} } }`, variables: { id: customerId } });
  if (markOf(answer) !== 'x') return markOf(answer);
  if (name === 'Conversation.messages') return answer.includes('"NOTE"') ? 'x' : 'o';
  return new RegExp(`"${field}":(?!null|\\[\\])`).test(answer) ? 'x' : 'o';
}
