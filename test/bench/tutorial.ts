import Database from 'better-sqlite3';
import { desc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { FLOOR_TABLES } from './floor-tables.ts';

/** What a good tutorial builds from the same packages: Yoga, its pub/sub, graphql-ws, Drizzle as documented. No sign-in, no limits. On the floor's tables. */

const conversation = sqliteTable('conversation', {
  customerId: text('customer_id').primaryKey(), name: text(), head: integer().notNull(), unread: integer().notNull(), status: text().notNull(),
  handler: text().notNull(), lastText: text('last_text'), lastAt: integer('last_at'),
});
const message = sqliteTable('message', {
  customerId: text('customer_id').notNull(), seq: integer().notNull(), id: text().notNull(), kind: text().notNull(), sender: text().notNull(), name: text(),
  text: text().notNull(), createdAt: integer('created_at').notNull(),
}, (t) => [primaryKey({ columns: [t.customerId, t.seq] })]);

type Message = typeof message.$inferSelect;

const db = drizzle({ client: new Database(process.argv[2]) });
db.$client.pragma('journal_mode = wal');
db.$client.pragma('synchronous = full');
db.$client.exec(FLOOR_TABLES);
const pubSub = createPubSub<{ message: [customerId: string, message: Message] }>();

function send({ customerId, text: body, clientMessageId }: { customerId: string; text: string; clientMessageId: string }): Message {
  const at = Date.now();
  const added = db.transaction((tx) => {
    const [row] = tx.insert(conversation)
      .values({ customerId, name: customerId, head: 1, unread: 1, status: 'open', handler: 'queue', lastText: body, lastAt: at })
      .onConflictDoUpdate({
        target: conversation.customerId,
        set: { head: sql`${conversation.head} + 1`, unread: sql`${conversation.unread} + 1`, lastText: body, lastAt: at },
      }).returning().all();
    return tx.insert(message)
      .values({ customerId, seq: row?.head ?? 0, id: clientMessageId, kind: 'text', sender: 'customer', name: customerId, text: body, createdAt: at })
      .returning().get();
  });
  pubSub.publish('message', customerId, added);
  return added;
}

const schema = createSchema({
  typeDefs: `
    type Message { customerId: ID! seq: Int! id: ID! kind: String! sender: String! name: String text: String! createdAt: Float! }
    type Conversation { customerId: ID! name: String head: Int! unread: Int! status: String! handler: String! lastMessage: Message }
    type Query { messages(customerId: ID!): [Message!]! conversations: [Conversation!]! }
    type Mutation { sendMessage(customerId: ID!, text: String!, clientMessageId: ID!): Message! }
    type Subscription { messageAdded(customerId: ID!): Message! }`,
  resolvers: {
    Query: {
      messages: (_root, { customerId }: { customerId: string }) =>
        db.select().from(message).where(eq(message.customerId, customerId)).orderBy(desc(message.seq)).limit(50).all().reverse(),
      conversations: () => db.select().from(conversation).orderBy(desc(conversation.lastAt)).limit(50).all(),
    },
    Conversation: {
      lastMessage: ({ customerId }: { customerId: string }) =>
        db.select().from(message).where(eq(message.customerId, customerId)).orderBy(desc(message.seq)).limit(1).get(),
    },
    Mutation: { sendMessage: (_root, input: Parameters<typeof send>[0]) => send(input) },
    Subscription: {
      messageAdded: {
        subscribe: (_root, { customerId }: { customerId: string }) => pubSub.subscribe('message', customerId),
        resolve: (added: Message) => added,
      },
    },
  },
});

const yoga = createYoga({ schema, logging: false });
const server = createServer(yoga);
const sockets = new WebSocketServer({ server, path: '/graphql' });
useServer({
  execute: (args) => (args.rootValue as ReturnType<typeof yoga.getEnveloped>).execute(args),
  subscribe: (args) => (args.rootValue as ReturnType<typeof yoga.getEnveloped>).subscribe(args),
  onSubscribe: (context, _id, { query, operationName, variables }) => {
    const enveloped = yoga.getEnveloped({ ...context, req: context.extra.request, socket: context.extra.socket, params: { query, operationName, variables } });
    const document = enveloped.parse(query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    return { schema: enveloped.schema, document, operationName, variableValues: variables, contextValue: {}, rootValue: enveloped };
  },
}, sockets);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit(0));
