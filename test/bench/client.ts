import { WebSocket } from 'ws';

/** One socket of the load generator. It parses nothing: what it needs of a frame lies at a known place, so that the generator is not what is measured. */
export interface Client {
  /** Starts an operation under an id of the caller's, from a payload that is JSON already. */
  start(id: string, payload: string): void;
  /** Sends any frame. */
  say(frame: string): void;
  /** Called for every answer and event, with the id it belongs to; the closing frame of an operation is left out. */
  onNext: (id: string, frame: Buffer) => void;
  /** Called when an operation is refused; without one, a refusal fails the row. */
  onRefused: (id: string, frame: Buffer) => void;
  readonly closed: Promise<number>;
  close(): void;
}

export interface Credential {
  readonly token?: string;
  readonly cookie?: string;
  /** Whoever a proxy in front would say it is. */
  readonly address?: string;
}

/** @throws if the server does not acknowledge */
export async function openClient(url: string, { token, cookie, address }: Credential = {}): Promise<Client> {
  const headers: Record<string, string> = { ...(cookie === undefined ? {} : { cookie, origin: url }), ...(address === undefined ? {} : { 'x-forwarded-for': address }) };
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { headers, perMessageDeflate: false });
  const closed = new Promise<number>((resolve) => { socket.once('close', resolve); });
  const client: Client = {
    start: (id, payload) => socket.send(`{"id":"${id}","type":"subscribe","payload":${payload}}`),
    say: (frame) => socket.send(frame),
    onNext: () => undefined,
    onRefused: (_id, frame) => { throw new Error(`refused: ${frame.toString('latin1', 0, 500)}`); },
    closed,
    close: () => socket.terminate(),
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code} before it was acknowledged`)));
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
    socket.once('message', () => resolve());
  });
  socket.on('error', () => undefined); // it closes as well
  socket.on('message', (frame: Buffer) => {
    if (frame[2] !== ID) return;
    const end = frame.indexOf('"', START);
    const type = frame[end + TYPE];
    if (type === COMPLETE) return;
    const id = frame.toString('latin1', START, end);
    if (type === NEXT) client.onNext(id, frame);
    else client.onRefused(id, frame);
  });
  return client;
}

/** The number that a text carries as `~123~`; -1 if there is none. */
export function numberIn(frame: Buffer): number {
  const start = frame.indexOf('~');
  return start < 0 ? -1 : Number(frame.toString('latin1', start + 1, frame.indexOf('~', start + 1)));
}

// `{"id":"…","type":"next",…`
const ID = 'i'.charCodeAt(0);
const START = '{"id":"'.length;
const TYPE = '","type":"'.length;
const NEXT = 'n'.charCodeAt(0);
const COMPLETE = 'c'.charCodeAt(0);
