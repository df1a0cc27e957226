import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connections } from '../_util/wire.ts';
import { within } from '../_util/wait.ts';

/** A WebSocket byte by byte, for what no library would send. */
export interface Wire {
  readonly tcp: Socket;
  /** The head of the server's answer. */
  readonly head: string;
  /** Texts that came, in order. */
  readonly texts: readonly string[];
  /** The code of the server's close frame; null if the connection ended without one. */
  readonly closeCode: Promise<number | null>;
}

export const TEXT = 1;
export const BINARY = 2;
export const PING = 9;
const CLOSE = 8;

export interface FrameOptions {
  readonly opcode?: number;
  readonly isFinal?: boolean;
  /** The reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  readonly payload?: string | Buffer;
}

export function frame({ opcode = TEXT, isFinal = true, reserved = 0, isMasked = true, payload = '' }: FrameOptions): Buffer {
  const data = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const head = data.length < 126 ? [first, mask | data.length] : [first, mask | 126, data.length >> 8, data.length & 0xff];
  if (data.length > 0xffff) throw new Error('longer than this helper writes');
  // A key of zeros is a key, and leaves the payload as it is.
  return Buffer.concat([Buffer.from(head), Buffer.alloc(isMasked ? 4 : 0), data]);
}

/** Hangs up on the server's close frame, unless it is to stay: no close frame is ever answered. */
export async function openWire(url: string, headers: Readonly<Record<string, string>> = {}, { stays = false } = {}): Promise<Wire> {
  const { host, hostname, port } = new URL(url);
  const tcp = connect(Number(port), hostname);
  connections.add(() => tcp.destroy());
  const all = {
    Host: host, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws', ...headers,
  };
  tcp.write(`GET /graphql HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  let unread: Buffer = Buffer.alloc(0);
  let head = '';
  const texts: string[] = [];
  let closing = (_code: number | null): void => undefined;
  const closeCode = new Promise<number | null>((resolve) => { closing = resolve; });
  // A reset is an end like any other here.
  tcp.on('error', () => tcp.destroy());
  const ended = once(tcp, 'close').then(() => closing(null));
  const opened = new Promise<void>((resolve) => {
    tcp.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      if (head === '') {
        const end = unread.indexOf('\r\n\r\n');
        if (end < 0) return;
        head = unread.subarray(0, end).toString('latin1');
        unread = unread.subarray(end + 4);
        resolve();
      }
      for (let next = takeFrame(unread); next; next = takeFrame(unread)) {
        unread = next.rest;
        if (next.opcode === TEXT) texts.push(next.payload.toString('utf8'));
        if (next.opcode !== CLOSE) continue;
        closing(next.payload.readUInt16BE(0));
        if (!stays) tcp.destroy();
      }
    });
  });
  await within('the head of an answer', Promise.race([opened, ended]));
  return { tcp, head, texts, closeCode };
}

function takeFrame(bytes: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | null {
  if (bytes.length < 4) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const end = start + (short === 126 ? bytes.readUInt16BE(2) : short);
  return bytes.length < end ? null : { opcode: bytes.readUInt8(0) & 0xf, payload: bytes.subarray(start, end), rest: bytes.subarray(end) };
}
