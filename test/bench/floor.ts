import Database from 'better-sqlite3';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { FLOOR_TABLES } from './floor-tables.ts';

/**
 * The yardstick: what `ws` and better-sqlite3 cost by hand, with the same durability (WAL, synchronous FULL; one INSERT and one UPDATE a message) and without
 * sign-in, validation or limits. `node floor.ts <file> [group]`: with `group`, the messages of one turn of the event loop share a transaction.
 * Frames look like graphql-ws, so that one load generator speaks to all.
 */

interface Request {
  readonly id: string;
  readonly payload: { readonly verb: 'follow' | 'send' | 'history' | 'inbox'; readonly customerId: string; readonly text: string; readonly clientMessageId: string };
}

const [file = '', mode = ''] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = wal');
db.pragma('synchronous = full');
db.exec(FLOOR_TABLES);
const touch = db.prepare<unknown[], { readonly head: number }>(`INSERT INTO conversation (customer_id, name, head, unread, status, handler, last_text, last_at, last_id) VALUES (?, ?, 1, 1, 'open', 'queue', ?, ?, ?)
  ON CONFLICT DO UPDATE SET head = head + 1, unread = unread + 1, last_text = excluded.last_text, last_at = excluded.last_at, last_id = excluded.last_id RETURNING *`);
const insert = db.prepare(`INSERT INTO message VALUES (?, ?, ?, 'text', 'customer', ?, ?, ?, ?, NULL, NULL, NULL)`);
const history = db.prepare('SELECT * FROM message WHERE customer_id = ? ORDER BY seq DESC LIMIT 50');
const inbox = db.prepare('SELECT * FROM conversation ORDER BY last_at DESC LIMIT 50');
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');

const followers = new Map<string, { socket: WebSocket; id: string }[]>();
let group: { socket: WebSocket; request: Request }[] = [];

function keep({ socket, request: { id, payload } }: { socket: WebSocket; request: Request }): () => void {
  const { customerId, text, clientMessageId } = payload;
  const at = Date.now();
  const conversation = touch.get(customerId, customerId, text, at, clientMessageId);
  const seq = conversation?.head ?? 0;
  insert.run(customerId, seq, clientMessageId, customerId, text, at, clientMessageId);
  const message = {
    customerId, seq, position: seq, id: clientMessageId, kind: 'text', sender: { kind: 'customer', id: customerId, name: customerId }, text, createdAt: at,
    editedAt: null, removedAt: null, clientMessageId, answer: null,
  };
  const event = JSON.stringify(message);
  return () => {
    socket.send(JSON.stringify({ id, type: 'next', payload: { message, conversation } }));
    for (const follower of followers.get(customerId) ?? []) follower.socket.send(`{"id":"${follower.id}","type":"next","payload":${event}}`);
  };
}

function flush(): void {
  begin.run();
  const tell = group.map(keep);
  commit.run();
  group = [];
  for (const each of tell) each();
}

function answer(socket: WebSocket, request: Request): void {
  const { id, payload } = request;
  const reply = (value: unknown): void => socket.send(JSON.stringify({ id, type: 'next', payload: value }));
  if (payload.verb === 'send') {
    group.push({ socket, request });
    if (mode !== 'group') flush();
    else if (group.length === 1) setImmediate(flush);
  } else if (payload.verb === 'follow') {
    const others = followers.get(payload.customerId);
    if (others) others.push({ socket, id });
    else followers.set(payload.customerId, [{ socket, id }]);
    reply({});
  } else {
    reply(payload.verb === 'history' ? history.all(payload.customerId).reverse() : inbox.all());
  }
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => socket.on('message', (data) => {
  const request = JSON.parse(String(data)) as Request & { readonly type: string };
  if (request.type === 'connection_init') socket.send('{"type":"connection_ack"}');
  else answer(socket, request);
}));
server.on('listening', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));
