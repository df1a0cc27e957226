import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../_util/app.ts';
import { startApp } from '../_util/app.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import { addNote, newSend, perform, send, trySend } from '../_util/minicom.ts';
import { connections, dial, exchange, JSON_TYPE, openEvents, post } from '../_util/wire.ts';
import type { Cast, Scene } from './cast.ts';
import { assemble } from './cast.ts';

let app: TestApp;
let cast: Cast;
let scene: Scene;
beforeAll(async () => {
  app = await startApp({ env: { BOT: 'rules', LOG_LEVEL: 'debug' } });
  cast = await assemble(app);
  scene = await cast.newScene('customer');
});
afterAll(async () => {
  for (const cut of connections) cut();
  await cast?.close();
  await app?.stop();
});

/** Whatever of it turns up in the log was put there by a fault. */
const CANARY = `canary-${randomUUID()}`;

describe('the log, at its most talkative', () => {
  it('R110 R45 has no text, name, address or secret of anybody, whatever goes well or wrong', async () => {
    const { customerId, owner } = scene;
    const admin = await cast.enter('admin', scene);
    const [hers, adas] = [httpCall(owner), httpCall(admin)];

    await send(hers, newSend(customerId, CANARY));
    await addNote(adas, newSend(customerId, CANARY));
    await perform(adas, 'handBackToBot', { customerId, note: CANARY });
    await hers(`{ ${CANARY} }`);
    await hers('query Q($x: Cursor) { conversationCounts { open } conversations(after: $x) { cursor } }', { x: CANARY });
    await adas('mutation In($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: `${CANARY}@example.com`, password: CANARY } });
    await adas('query Check($token: String!) { checkIdentityToken(token: $token) { valid } }', { token: CANARY });
    await adas('query Try($question: String!) { tryBot(question: $question) { __typename } }', { question: CANARY });
    await post(app.url, { query: '{ viewer { __typename } }' }, { authorization: `Bearer ${CANARY}` });
    await exchange(app.url, { path: `/graphql?token=${CANARY}`, headers: JSON_TYPE, body: `{"query":"${CANARY}` });
    await exchange(app.url, { headers: JSON_TYPE, body: `{"query":"${CANARY}` });
    await exchange(app.url, { method: 'GET', path: `/${CANARY}`, headers: { 'user-agent': CANARY, referer: CANARY, cookie: `minicom_agent=${CANARY}` } });
    const socket = await dial(app.url);
    socket.send({ type: 'connection_init', payload: { token: CANARY } });
    await socket.closed;
    const chatting = await openSocket(owner);
    await chatting.call(`{ ${CANARY}`);
    chatting.close();
    (await openEvents(app.url, { query: `subscription { conversationEvents(customerId: "${CANARY}") { cursor } }` }, { authorization: `Bearer ${owner.token}` })).abort();

    await withBrokenTable(async () => {
      expect(await trySend(hers, newSend(customerId, CANARY))).toMatchObject({ code: expect.any(String) });
    });
    // The fault was logged, so there is something to look through.
    expect(app.logged.length).toBeGreaterThan(0);
    const everything = JSON.stringify(app.logged);
    for (const secret of [CANARY, owner.token ?? '', admin.cookie?.split('=')[1] ?? '', '@example.com', 'hello there', '127.0.0.1']) expect(everything).not.toContain(secret);
  });

  it('R62 is made of lines of JSON, and nobody is called by what could break one', async () => {
    const admin = httpCall(await cast.enter('admin', scene));
    const refused = '{ __typename ... on InvalidInputError { field } }';
    const create = `mutation T($input: CreateApiTokenInput!) { outcome: createApiToken(input: $input) ${refused} }`;
    const join = `mutation J($input: AcceptInviteInput!) { outcome: acceptInvite(input: $input) ${refused} }`;
    const invite = 'mutation { inviteAgent(input: { role: AGENT }) { ... on LinkPayload { link } } }';
    const { data } = await admin<{ inviteAgent: { link: string } }>(invite);
    const token = data?.inviteAgent.link.split('#invite=')[1];
    for (const name of ['a\r\nb', '\u001b[31mred', 'a\u0000b', 'bell\u0007', '\u009b1m']) {
      const outcomes = [await admin(create, { input: { name, scopes: ['notes'] } }), await admin(join, { input: { token, name, email: 'x@example.com', password: 'correct horse battery' } })];
      for (const outcome of outcomes) expect(outcome).toMatchObject({ data: { outcome: { __typename: 'InvalidInputError', field: 'name' } } });
    }
  });
});

/** Nothing can be kept meanwhile, and the database itself says why. */
async function withBrokenTable(work: () => Promise<void>): Promise<void> {
  const database = new Database(join(app.dataDir, 'minicom.sqlite'));
  try {
    database.exec("CREATE TRIGGER broken BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END");
    await work();
    database.exec('DROP TRIGGER broken');
  } finally {
    database.close();
  }
}
