import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createClient } from '../../web/src/graphql/client.ts';
import type { Client } from '../../web/src/graphql/client.ts';
import { graphql } from '../../web/src/graphql/document.ts';
import { ConnectionLostError, RefusedError } from '../../web/src/graphql/errors.ts';
import { until, within } from '../_util/wait.ts';

const Feed = graphql(`
  subscription Feed($after: Cursor) { inboxEvents(after: $after) { cursor } }
`);
const Viewer = graphql(`
  query Viewer { viewer { __typename } }
`);

interface Frame { readonly id?: string; readonly type: string; readonly payload?: { readonly token?: string; readonly variables?: { readonly after?: string | null } } }
interface Wire { readonly frames: Frame[]; send(frame: object): void; close(code: number): void }

/** A server of the protocol's frames and nothing else: what it answers is up to each test. */
let server: WebSocketServer;
let wires: Wire[];
let client: Client | null;
const onEnded = vi.fn<() => void>();

beforeEach(async () => {
  wires = [];
  client = null;
  onEnded.mockReset();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => { server.once('listening', resolve); });
  server.on('connection', (socket) => {
    const frames: Frame[] = [];
    const send = (frame: object): void => socket.send(JSON.stringify(frame));
    wires.push({ frames, send, close: (code) => socket.close(code) });
    socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      frames.push(frame);
      if (frame.type === 'connection_init') send({ type: 'connection_ack' });
    });
  });
  vi.stubGlobal('WebSocket', WebSocket);
  vi.stubGlobal('location', new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
});

afterEach(async () => {
  client?.dispose();
  await until('every socket to be closed', () => server.clients.size === 0);
  await new Promise((resolve) => { server.close(resolve); });
  vi.unstubAllGlobals();
});

function connect(token: string | null = 'secret'): Client {
  client = createClient({ token, onEnded });
  return client;
}

/** The subscribe frame of the nth socket, once it is there. */
async function asked(socket: number, count = 1): Promise<Required<Frame>> {
  const asking = (): Frame[] => wires[socket]?.frames.filter(({ type }) => type === 'subscribe') ?? [];
  await until(`operation ${count} on socket ${socket}`, () => asking().length >= count);
  return asking()[count - 1] as Required<Frame>;
}

/** Follows like the app: the newest cursor of this stream is where it goes on. */
function follow(from: Client): { cursors: string[]; stop: () => void; refused: () => RefusedError | null } {
  const cursors: string[] = [];
  let refused: RefusedError | null = null;
  const stop = from.subscribe(Feed, () => ({ after: cursors.at(-1) ?? null }), {
    next: ({ inboxEvents }) => { cursors.push(inboxEvents.cursor); },
    refused: (error) => { refused = error; },
  });
  return { cursors, stop, refused: () => refused };
}

const event = (id: string, cursor: string): object => ({ id, type: 'next', payload: { data: { inboxEvents: { cursor } } } });
const refusal = (id: string, code: string): object => ({ id, type: 'error', payload: [{ message: 'No.', extensions: { code } }] });

describe('the client', () => {
  it('T8: goes on from the newest cursor of its own stream', async () => {
    const { cursors } = follow(connect());
    const first = await asked(0);
    expect(wires[0]?.frames[0]?.payload).toEqual({ token: 'secret' });
    expect(first.payload.variables).toEqual({ after: null });
    wires[0]?.send(event(first.id, 'a'));
    wires[0]?.send(event(first.id, 'b'));
    await until('both events', () => cursors.length === 2);
    wires[0]?.close(1012);
    expect((await asked(1)).payload.variables).toEqual({ after: 'b' });
  });

  it.each([1000, 1009, 1011, 1012, 1013, 4400, 4408, 4429, 4500])('T9: comes back after close %i', async (code) => {
    follow(connect());
    await asked(0);
    wires[0]?.close(code);
    await asked(1);
    expect(onEnded).not.toHaveBeenCalled();
  });

  it('T9: does not come back after 4403, and says so once', async () => {
    const { state } = connect();
    await until('an open socket', () => state.value === 'open');
    wires[0]?.close(4403);
    await until('the end', () => onEnded.mock.calls.length > 0);
    expect(state.value).toBe('ended');
    client?.wake();
    expect([wires.length, onEnded.mock.calls.length]).toEqual([1, 1]);
  });

  it('ends, too, when an operation says that nobody is signed in', async () => {
    const asking = connect().execute(Viewer, {}).catch((error: unknown) => error);
    const { id } = await asked(0);
    wires[0]?.send(refusal(id, 'UNAUTHENTICATED'));
    expect(await within('the refusal', asking)).toBeInstanceOf(RefusedError);
    expect(onEnded).toHaveBeenCalledOnce();
  });

  it('asks once it is connected, and says when the connection was lost before the answer', async () => {
    const asking = connect().execute(Viewer, {}).catch((error: unknown) => error);
    await asked(0);
    wires[0]?.close(1011);
    expect(await within('the loss', asking)).toBeInstanceOf(ConnectionLostError);
  });

  it('answers with the data', async () => {
    const asking = connect().execute(Viewer, {});
    const { id } = await asked(0);
    wires[0]?.send({ id, type: 'next', payload: { data: { viewer: null } } });
    wires[0]?.send({ id, type: 'complete' });
    expect(await within('the answer', asking)).toEqual({ viewer: null });
  });

  it('hands on what following again does not mend, and follows again after all else', async () => {
    const feed = follow(connect());
    const { id } = await asked(0);
    wires[0]?.send(refusal(id, 'OVERLOADED'));
    const again = await asked(0, 2);
    expect(feed.refused()).toBeNull();
    wires[0]?.send(refusal(again.id, 'NOT_FOUND'));
    await until('the refusal', () => feed.refused()?.code === 'NOT_FOUND');
  });

  it('follows nothing any more once told to stop', async () => {
    const feed = follow(connect());
    const { id } = await asked(0);
    feed.stop();
    await until('the stop to arrive', () => wires[0]?.frames.some((frame) => frame.type === 'complete' && frame.id === id) ?? false);
    wires[0]?.send(event(id, 'late'));
    wires[0]?.close(1012);
    await until('a new socket', () => wires.length === 2 && wires[1]?.frames.length === 1);
    expect(feed.cursors).toEqual([]);
  });

  it('takes a socket that has been silent for too long for dead', async () => {
    const { state } = connect();
    await until('an open socket', () => state.value === 'open');
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now + 20_000);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(state.value).toBe('open');
    clock.mockImplementation(() => now + 26_000);
    document.dispatchEvent(new Event('visibilitychange'));
    clock.mockRestore();
    await until('a new socket', () => wires.length === 2 && state.value === 'open');
  });

  it('tries at once when the network is back', async () => {
    const { state } = connect();
    await until('an open socket', () => state.value === 'open');
    wires[0]?.close(1012);
    await until('the wait', () => state.value === 'waiting');
    dispatchEvent(new Event('online'));
    expect(state.value).toBe('connecting');
    await until('a new socket', () => state.value === 'open');
  });
});
