import { request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { isFull } from '../_util/scaled.ts';
import { codesOf, exchange, JSON_TYPE, post } from '../_util/wire.ts';
import { within } from '../_util/wait.ts';

const app = useApp();

const LIMIT = 100 * 1024;
const QUERY = '{ viewer { __typename } }';

/** A request of exactly so many bytes. */
function padded(bytes: number): string {
  const start = `{"query":"${QUERY}","variables":{"x":"`;
  return `${start}${'a'.repeat(bytes - start.length - 3)}"}}`;
}

describe('the size of a request', () => {
  it('R25 takes 100 KiB to the byte', async () => {
    expect(await exchange(app.url, { headers: JSON_TYPE, body: padded(LIMIT) })).toMatchObject({ status: 200 });
  });

  it.each([
    ['that says its length', { 'content-length': LIMIT + 1 }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('R25 refuses a byte more %s', async (_, headers) => {
    const reply = await exchange(app.url, { headers: { ...JSON_TYPE, ...headers }, body: padded(LIMIT + 1) });
    expect(reply).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(codesOf(reply)).toEqual(['PAYLOAD_TOO_LARGE']);
  });

  it('R25 answers a body without end as soon as it is too long, and reads no further', async () => {
    const { hostname, port } = new URL(app.url);
    const outgoing = request({ hostname, port, method: 'POST', path: '/graphql', headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, agent: false });
    const chunk = Buffer.alloc(16 * 1024, 'a');
    let written = 0;
    const pump = (): void => {
      if (outgoing.destroyed) return;
      written += chunk.length;
      outgoing.write(chunk, () => setImmediate(pump));
    };
    const status = new Promise<number | undefined>((resolve) => outgoing.once('response', (response) => resolve(response.statusCode)));
    const closed = new Promise((resolve) => outgoing.once('close', resolve));
    // The server hangs up on what still comes.
    outgoing.on('error', () => outgoing.destroy());
    pump();
    expect(await within('an answer', status)).toBe(413);
    await within('the connection to end', closed);
    expect(written).toBeLessThan(100_000_000);
    expect(app.logged).toEqual([]);
  });

  it('R25 refuses 101 KiB announced before any of it is sent', async () => {
    const socket = raw(head('Content-Length: 103424'));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('R25 ends a request that is longer than it said, and runs nothing of the rest', async () => {
    const body = JSON.stringify({ query: QUERY });
    expect(await answerOf(raw(`${head('Connection: close', `Content-Length: ${body.length - 5}`)}${body}`))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('R25 forgets a request whose sender went away, without a word in the log', async () => {
    const socket = raw(`${head('Content-Length: 5000')}{"query":"`);
    await once(socket, 'connect');
    // The body is being waited for once an answer to a second request on another connection has come.
    await post(app.url, { query: QUERY });
    socket.resetAndDestroy();
    await post(app.url, { query: QUERY });
    await post(app.url, { query: QUERY });
    expect(app.logged).toEqual([]);
  });

  it.runIf(isFull)('R25 cuts off a body that trickles in after 10 seconds (takes as long: with FULL=1 only)', { timeout: 30_000 }, async () => {
    const socket = raw(head('Content-Length: 5000'));
    const trickle = setInterval(() => socket.write(' '), 500);
    try {
      const closed = once(socket, 'close');
      socket.resume().on('error', () => undefined);
      await within('the connection to end', closed, 20_000);
    } finally {
      clearInterval(trickle);
    }
  });
});

describe('a malformed request', () => {
  it.each([
    ['both a length and chunks (R32)', () => `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['two lengths (R32)', () => `${head('Content-Length: 2', 'Content-Length: 3')}{}`],
    ['a folded header (R32)', () => `GET / HTTP/1.1\r\nHost: ${host()}\r\nX: a\r\n b\r\nBad Header: x\r\n\r\n`],
    ['no Host (R15)', () => 'GET / HTTP/1.1\r\n\r\n'],
    ['nonsense', () => 'nonsense\r\n\r\n'],
  ])('is refused: %s', async (_, request) => {
    expect(await answerOf(raw(request()))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('R32 is refused: headers of 100 KB', async () => {
    expect(await answerOf(raw(`GET / HTTP/1.1\r\nHost: ${host()}\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`))).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it('R32 is refused: 10,000 headers', async () => {
    const headers = Array.from({ length: 10_000 }, (_, index) => `X-${index}: x\r\n`).join('');
    expect(await answerOf(raw(`GET / HTTP/1.1\r\nHost: ${host()}\r\n${headers}\r\n`))).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it('R32 is refused: another host in the request line', async () => {
    const reply = await answerOf(raw(`GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`));
    expect(reply).toMatch(/^HTTP\/1\.1 421 /);
  });
});

function host(): string {
  return new URL(app.url).host;
}

function head(...lines: string[]): string {
  return ['POST /graphql HTTP/1.1', `Host: ${host()}`, 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
}

function raw(bytes: string) {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  return socket;
}

/** All that comes until the server hangs up. */
async function answerOf(socket: ReturnType<typeof raw>): Promise<string> {
  let answer = '';
  // A reset after the answer is how an unread rest ends.
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk; });
  await within('the server to hang up', once(socket, 'close'));
  return answer;
}
