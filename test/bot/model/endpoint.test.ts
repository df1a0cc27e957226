import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEndpoint } from '../../../server/bot/model/endpoint.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';
import type { ModelSlot } from '../../../server/bot/model/slot.ts';
import { readEvents } from '../../../server/bot/model/sse.ts';
import type { Asked, Generated, TextModel } from '../../../server/bot/model/text-model.ts';
import { ModelBusyError, ModelFailedError } from '../../../server/bot/model/text-model.ts';
import { writeReply } from '../../../server/bot/model/write-reply.ts';
import { createIndex } from '../../../server/bot/knowledge/search-index.ts';
import { range } from '../../_util/parallel.ts';
import { until, within } from '../../_util/wait.ts';
import { IO, turn } from '../turn.ts';
import { begin, eventsOf, say, useLlmServer } from './llm-server.ts';

const KEY = 'sk-very-secret';

async function open(url: string): Promise<{ model: TextModel; slot: ModelSlot; logged: string[] }> {
  const logged: string[] = [];
  const slot = createEndpoint({ url, model: 'llama', key: KEY }, { warn: (...line: unknown[]) => { logged.push(JSON.stringify(line)); } });
  const model = await slot.current();
  if (!model) throw new Error('an endpoint always has a model');
  return { model, slot, logged };
}

function ask(model: TextModel, options: Partial<Asked> = {}): Promise<Generated> {
  const prompt = promptFor({ text: 'Do you have boats?', history: [{ from: 'customer', text: 'Hello' }, { from: 'bot', text: 'Hello!' }] }, ['Boats are blue.'], model.limits);
  return model.generate(prompt, { maxMs: 20_000, onText: () => undefined, signal: new AbortController().signal, ...options });
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => within('a failure', work.then((value) => value, (error: unknown) => error));

describe('a model server', () => {
  it('gets the model, the key and a bounded prompt, and its words come as they are written', async () => {
    const server = await useLlmServer((_, response) => say(response, 'Boats are blue, and so is the sea.'));
    const { model } = await open(`${server.url}/`);
    const shown: string[] = [];
    expect(await ask(model, { onText: (text) => shown.push(text) })).toEqual({ text: 'Boats are blue, and so is the sea.', reason: 'end', avgLogProb: null, tokens: 8 });
    expect(shown[0]).toMatch(/^Boats/);
    const [{ path, authorization, body } = { path: '', authorization: '', body: null }] = server.requests;
    expect({ path, authorization }).toEqual({ path: '/v1/chat/completions', authorization: `Bearer ${KEY}` });
    expect(body).toMatchObject({ model: 'llama', stream: true, max_tokens: 200 });
    expect(body?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(body?.messages[0]?.content).toContain('- Boats are blue.');
    expect(body?.messages.at(-1)?.content).toBe('Do you have boats?');
  });

  it('may be slow between words, and is understood however its words are cut up', async () => {
    const text = 'Zwölf Boote – schön blau 🛶 und groß.';
    const server = await useLlmServer(async (_, response) => {
      begin(response);
      for (const byte of Buffer.from(`: hello\r\n\r\n${eventsOf(text).join('').replaceAll('\n', '\r\n')}`)) {
        response.write(Buffer.of(byte));
        if (byte === 0x0a) await new Promise(setImmediate);
      }
      response.end();
    });
    expect((await ask((await open(server.url)).model)).text).toBe(text);
  });

  it.each([
    ['refuses the key', 'it answered 401', (response) => { response.writeHead(401).end('no'); }],
    ['sends elsewhere', 'it answered 307', (response) => { response.writeHead(307, { location: 'http://169.254.169.254/' }).end(); }],
    ['is overloaded', 'it answered 503', (response) => { response.writeHead(503).end(); }],
    ['does not stream', 'it does not stream', (response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}'); }],
    ['talks nonsense', 'its answer makes no sense', (response) => { begin(response); response.end('data: <html>\n\n'); }],
    ['says something else', 'its answer makes no sense', (response) => { begin(response); response.end('data: {"choices":[{"delta":{"content":5}}]}\n\n'); }],
    ['breaks off', 'its answer broke off', (response) => { begin(response); response.end(eventsOf('Boats are blue').slice(0, 2).join('')); }],
    ['is cut', 'ECONNRESET', (response) => { begin(response); response.write(eventsOf('Boats')[0], () => response.destroy()); }],
    ['writes one endless line', 'its answer is too long', (response) => { begin(response); endless(response, 'data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'); }],
  ] as const satisfies readonly (readonly [string, string, (response: ServerResponse) => void])[])('R66 R68: that %s has failed, and is told of without the key', async (_, why, answer) => {
    const server = await useLlmServer((__, response) => answer(response));
    const { model, slot, logged } = await open(server.url);
    expect(await failureOf(ask(model))).toEqual(new ModelFailedError(why));
    expect(slot.status()).toMatchObject({ state: 'failed', detail: `the text model does not work: llama at ${new URL(server.url).host}: ${why}` });
    expect(logged).toHaveLength(1);
    expect(JSON.stringify([logged, slot.status()])).not.toContain(KEY);
    await until('the connection to be closed', () => server.open() === 0);
  });

  it('that never ends is left as soon as it has said more than enough', async () => {
    const server = await useLlmServer((_, response) => { begin(response); endless(response, eventsOf('Boats are blue, and ')[1] ?? ''); });
    const { text, reason } = await ask((await open(server.url)).model);
    expect(reason).toBe('length');
    expect(text.length).toBeLessThan(5_000);
    await until('the connection to be closed', () => server.open() === 0);
  });

  it('R68: that hangs is given up in time', async () => {
    const server = await useLlmServer((_, response) => begin(response));
    const { model } = await open(server.url);
    expect(await failureOf(ask(model, { maxMs: 300 }))).toEqual(new ModelFailedError('it took longer than 0 s'));
    await until('the connection to be closed', () => server.open() === 0);
  });

  it('R68: that takes the connection and says nothing is left after two seconds', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await until('it to listen', () => silent.listening);
    // Over TLS the first word is the server's.
    const { model } = await open(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/v1`);
    expect(await failureOf(ask(model))).toEqual(new ModelFailedError('it cannot be reached'));
  });

  it('that nobody needs any more hears it from the closed connection, and has not failed', async () => {
    const server = await useLlmServer((_, response) => { begin(response); response.write(eventsOf('Boats are blue').slice(0, 2).join('')); });
    const { model, slot } = await open(server.url);
    const over = new AbortController();
    expect(await failureOf(ask(model, { signal: over.signal, onText: () => over.abort(new Error('taken over')) }))).toEqual(new Error('taken over'));
    await until('the connection to be closed', () => server.open() === 0);
    expect(slot.status().state).toBe('ready');
  });

  it('that is not there is not asked a fourth time, until a minute later', async () => {
    const { port } = await unusedPort();
    const { model } = await open(`http://127.0.0.1:${port}/v1`);
    for (let tries = 0; tries < 3; tries += 1) expect(await failureOf(ask(model))).toEqual(new ModelFailedError('ECONNREFUSED'));
    const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    let asked = 0;
    server.on('connection', () => { asked += 1; });
    expect(await failureOf(ask(model))).toEqual(new ModelFailedError('ECONNREFUSED'));
    expect(asked).toBe(0);
  });

  it('R68: is asked by 64 at once, and the others are refused', async () => {
    const server = await useLlmServer((_, response) => begin(response));
    const { model } = await open(server.url);
    const over = new AbortController();
    const outcomes = range(66).map(() => failureOf(ask(model, { signal: over.signal })));
    expect((await Promise.all(outcomes.slice(64))).map((error) => error instanceof ModelBusyError)).toEqual([true, true]);
    await until('64 to be asked', () => server.open() === 64);
    over.abort(new Error('enough'));
    expect(await Promise.all(outcomes.slice(0, 64))).toEqual(range(64).map(() => new Error('enough')));
  });

  it('that does not know leads to a person, and its words for that are not shown', async () => {
    const server = await useLlmServer((_, response) => say(response, 'NO ANSWER'));
    const shown: string[] = [];
    const respond = writeReply({ index: () => createIndex([]), model: (await open(server.url)).model });
    expect(await respond(turn('Do you have boats?'), { draft: (text) => shown.push(text) }, [])).toBeNull();
    expect(shown).toEqual([]);
  });

  it('answers from articles, and they are named', async () => {
    const server = await useLlmServer((_, response) => say(response, '**Small boats** are painted blue.'));
    const boats = { id: 'boats', title: 'Colours of boats', body: 'Small boats are painted blue, large boats red.', aliases: [] };
    const respond = writeReply({ index: () => createIndex([boats]), model: (await open(server.url)).model });
    expect(await respond(turn('which paint has a small dinghy'), IO, [])).toMatchObject({
      kind: 'reply', text: 'Small boats are painted blue.', sources: [{ articleId: 'boats', title: 'Colours of boats' }], matched: expect.stringMatching(/^llama at /),
    });
  });
});

describe('server-sent events', () => {
  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array, void, undefined> {
    for (const text of texts) yield Buffer.from(text);
  }
  it.each([
    [['data: a\n\n', 'data: b\n\n'], ['a', 'b']],
    [['da', 'ta: a\r', '\n\r\n'], ['a']],
    [['data: a\ndata: b\n\n'], ['a\nb']],
    [[':\n\nevent: x\nid: 1\ndata:a\n\n'], ['a']],
    [['data: a\n\ndata: unfinished\n'], ['a']],
    [[], []],
  ])('%j are %j', async (given, expected) => {
    const events: string[] = [];
    for await (const event of readEvents(pieces(...given))) events.push(event);
    expect(events).toEqual(expected);
  });
});

function endless(response: ServerResponse, text: string): void {
  const more = (): void => {
    while (!response.destroyed && response.write(text));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

async function unusedPort(): Promise<AddressInfo> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address() as AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return address;
}
