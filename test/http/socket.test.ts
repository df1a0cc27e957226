import { describe, expect, it } from 'vitest';
import type { RawSocket } from '../_util/wire.ts';
import { useApp } from '../_util/app.ts';
import { dial, greet } from '../_util/wire.ts';
import { enterAsCustomer } from '../_util/minicom.ts';
import { BINARY, frame, openWire, PING } from './frames.ts';

const app = useApp();

const WHO = '{ viewer { __typename } }';
const subscribe = (id: string, query: string) => ({ type: 'subscribe', id, payload: { query } });
const INIT = { type: 'connection_init' };

describe('the protocol', () => {
  it('R34 closes with 4408 whoever does not introduce himself within 3 seconds', async () => {
    const socket = await dial(app.url);
    const began = performance.now();
    expect(await socket.closed).toMatchObject({ code: 4408 });
    expect(performance.now() - began).toBeGreaterThan(2_500);
  });

  it('R34 T9 closes with 4401 whoever asks before', async () => {
    const socket = await dial(app.url);
    socket.send(subscribe('1', WHO));
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it('R34 closes with 4429 whoever introduces himself twice', async () => {
    const socket = await greet(app.url);
    socket.send(INIT);
    expect(await socket.closed).toMatchObject({ code: 4429 });
  });

  it('R34 closes with 4409 on a second subscription of the same id, and that socket alone', async () => {
    const { token } = await enterAsCustomer(app.url, 'alice');
    const [socket, other] = [await greet(app.url, { payload: { token } }), await greet(app.url)];
    const follow = subscribe('1', 'subscription { conversationEvents(customerId: "alice") { cursor } }');
    socket.send(follow);
    expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
    socket.send(follow);
    expect(await socket.closed).toMatchObject({ code: 4409 });
    other.send(subscribe('1', WHO));
    expect(await other.next()).toMatchObject({ type: 'next', id: '1' });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start"}'],
    ['a type of the server’s', '{"type":"next","id":"1","payload":{}}'],
    ['an empty id', '{"type":"subscribe","id":"","payload":{"query":"{a}"}}'],
    ['an id that is a number', '{"type":"subscribe","id":1,"payload":{"query":"{a}"}}'],
    ['no id', '{"type":"subscribe","payload":{"query":"{a}"}}'],
    ['no payload', '{"type":"subscribe","id":"1"}'],
    ['a query that is a number', '{"type":"subscribe","id":"1","payload":{"query":5}}'],
    ['a name that is a number', '{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":5}}'],
    ['variables that are a text', '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":"x"}}'],
    ['a payload of a ping that is a text', '{"type":"ping","payload":"x"}'],
    ['a ping of 30,000 levels', `{"type":"ping","payload":{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`],
  ])('R34 closes with 4400 on %s', async (_, text) => {
    const socket = await greet(app.url);
    socket.send(text);
    expect(await socket.closed).toMatchObject({ code: 4400 });
    expect(app.logged).toEqual([]);
  });

  it('R34 closes with 4406 without a subprotocol', async () => {
    expect(await (await dial(app.url, { protocols: [] })).closed).toMatchObject({ code: 4406 });
  });

  it('R34 does not negotiate the old graphql-ws', async () => {
    await expect(dial(app.url, { protocols: ['graphql-ws'] })).rejects.toThrow('no subprotocol');
  });

  it('R34 answers a ping with its payload, at any time', async () => {
    const socket = await dial(app.url);
    socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  it('R34 serves no other address', async () => {
    for (const path of ['/', '/ws', '/graphql/', '/graphql/x']) {
      await expect(dial(app.url, { path }), path).rejects.toThrow('404');
    }
  });

  it('R46 is not taken in by __proto__ as an id or a parameter', async () => {
    const socket = await dial(app.url);
    socket.send('{"type":"connection_init","payload":{"__proto__":{"token":"x"},"constructor":{"prototype":{"polluted":true}}}}');
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      socket.send(subscribe(id, WHO));
      expect(await socket.next()).toEqual({ type: 'next', id, payload: { data: { viewer: null } } });
      expect(await socket.next()).toEqual({ type: 'complete', id });
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'token')).toBe(false);
  });
});

describe('a bad operation', () => {
  const TWO = 'query A { viewer { __typename } } query B { viewer { __typename } }';
  it.each([
    ['a syntax error', { query: '{ viewer {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an empty text', { query: '' }, 'GRAPHQL_PARSE_FAILED'],
    ['1,001 tokens', { query: `{ ${'viewer '.repeat(1_000)} }` }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['too deep', { query: `{ viewer { ... on Customer { ${'conversation { customer { '.repeat(6)} id ${'} }'.repeat(6)} } } }` }, 'GRAPHQL_VALIDATION_FAILED'],
    ['two operations and no name', { query: TWO }, 'BAD_USER_INPUT'],
    ['a name that no operation has', { query: TWO, operationName: 'C' }, 'BAD_USER_INPUT'],
    ['a missing variable', { query: 'query Q($id: ID!) { conversation(customerId: $id) { id } }' }, 'BAD_USER_INPUT'],
    ['a variable that does not fit', { query: 'query Q($id: ID!) { conversation(customerId: $id) { id } }', variables: { id: [] } }, 'BAD_USER_INPUT'],
  ])('R35 T7 fails alone, and the socket and its streams live on, 30 times over: %s', async (_, payload, code) => {
    const { token } = await enterAsCustomer(app.url, 'alice');
    const socket = await greet(app.url, { payload: { token } });
    socket.send(subscribe('stream', 'subscription { conversationEvents(customerId: "alice") { cursor } }'));
    for (const type of ['next', 'next']) expect(await socket.next()).toMatchObject({ type, id: 'stream' });
    for (let round = 0; round < 30; round += 1) {
      socket.send({ type: 'subscribe', id: `bad-${round}`, payload });
      expect(await endOf(socket, `bad-${round}`)).toEqual([code]);
    }
    socket.send(subscribe('good', 'mutation { setTyping(input: { customerId: "alice", typing: true }) { __typename } }'));
    const [one, two] = [await socket.next(), await socket.next()];
    expect([one, two].map(({ id }) => id).sort()).toEqual(['good', 'stream']);
  });
});

describe('frames', () => {
  it('R37 T6 takes 64 KiB', async () => {
    const socket = await greet(app.url);
    const frame64 = JSON.stringify({ type: 'ping', payload: { x: '' } });
    socket.send({ type: 'ping', payload: { x: 'a'.repeat(65_536 - frame64.length) } });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
  });

  it('R37 T6 closes with 1009 on a byte more', async () => {
    const socket = await greet(app.url);
    socket.send('a'.repeat(65_537));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it('R37 closes with 1009 on a frame that announces 110 MB, before any of it comes', async () => {
    const wire = await openWire(app.url);
    const head = Buffer.alloc(14);
    head.set([0x81, 0x80 | 127]);
    head.writeBigUInt64BE(110_000_000n, 2);
    wire.tcp.write(head);
    expect(await wire.closeCode).toBe(1009);
  });

  it('R37 closes with 1009 on a message of too many fragments', async () => {
    const wire = await openWire(app.url);
    const more = frame({ opcode: 0, isFinal: false, payload: 'a' });
    wire.tcp.write(Buffer.concat([frame({ isFinal: false, payload: 'a' }), ...Array.from({ length: 100_000 }, () => more)]));
    expect(await wire.closeCode).toSatisfy((code) => code === 1009 || code === 1008);
  });

  it('R37 negotiates no compression', async () => {
    const wire = await openWire(app.url, { 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    expect(wire.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(wire.head).not.toMatch(/extensions/i);
  });

  it.each([
    ['invalid UTF-8', 1007, frame({ payload: Buffer.from([0xc3, 0x28]) })],
    ['no mask', 1002, frame({ isMasked: false, payload: '{}' })],
    ['a reserved bit', 1002, frame({ reserved: 4, payload: '{}' })],
    ['an unknown opcode', 1002, frame({ opcode: 3, payload: '{}' })],
    ['a ping of 126 bytes', 1002, frame({ opcode: PING, payload: 'a'.repeat(126) })],
    ['a ping in fragments', 1002, frame({ opcode: PING, isFinal: false })],
    ['a continuation of nothing', 1002, frame({ opcode: 0, payload: '{}' })],
    ['JSON in a binary frame', 1003, frame({ opcode: BINARY, payload: JSON.stringify(INIT) })],
  ])('R38 closes on %s with %i, and survives that it comes again', async (_, code, bytes) => {
    const wire = await openWire(app.url);
    wire.tcp.write(Buffer.concat([bytes, bytes, bytes]));
    wire.tcp.write(bytes);
    expect(await wire.closeCode).toBe(code);
    expect(app.logged).toEqual([]);
    const { socket } = await greet(app.url);
    socket.close();
  });

  it('R38 survives a refused handshake whose sender hangs up at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const wire = await openWire(app.url, { Origin: 'https://evil.example' });
      expect(wire.head).toMatch(/^HTTP\/1\.1 403 /);
      wire.tcp.resetAndDestroy();
    }
    const { socket } = await greet(app.url);
    socket.close();
  });
});

/** The codes of an operation's errors, once it is over. */
async function endOf(socket: RawSocket, id: string): Promise<unknown[]> {
  interface Failure { readonly extensions?: { readonly code?: string } }
  let codes: unknown[] = [];
  for (;;) {
    const { type, id: of, payload } = await socket.next();
    if (of !== id) continue;
    if (type === 'complete') return codes;
    codes = (type === 'error' ? payload as Failure[] : (payload as { errors?: Failure[] }).errors ?? []).map(({ extensions }) => extensions?.code);
    if (type === 'error') return codes;
  }
}
