import type { Overrides } from '../../server/app.ts';
import { createApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import type { ConversationLog } from '../../server/domain/ports/log.ts';
import { readStreamCursor, streamCursor } from '../../server/store/cursors.ts';
import type { CreateGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { createGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { pass } from '../_util/wait.ts';
import type { Fault } from './broken.ts';

/** `broken-server.ts <fault>`: the demo with one part broken on purpose, as a process of its own. */

/** Answers at once, and commits some milliseconds later. */
const ackBeforeCommit: CreateGroupCommit = (transactions, options) => ({
  ...createGroupCommit(transactions, options),
  run: async (work) => {
    if (!transactions.isOpen()) {
      transactions.begin();
      setTimeout(() => transactions.commit(), 20);
    }
    transactions.savepoint();
    try {
      const result = work();
      transactions.release();
      return result;
    } catch (error) {
      transactions.rollbackToSavepoint();
      throw error;
    }
  },
});

/** Rows reach only who reads right when they happen, as payloads do that are published to whoever is there. */
function payloadPubSub(log: ConversationLog): ConversationLog {
  const bornAt = new Map<string, number>();
  return {
    ...log,
    async change(about, decide) {
      const committed = await log.change(about, decide);
      for (const { id } of committed.messages) bornAt.set(id, performance.now());
      return committed;
    },
    async streamAfter(customerId, after, limit) {
      const page = await log.streamAfter(customerId, after, limit);
      if ('reset' in page) return page;
      const gone = performance.now() - 10;
      return { ...page, rows: page.rows.filter((row) => row.type !== 'message' || (bornAt.get(row.message.id) ?? Infinity) > gone) };
    },
  };
}

/** A conversation claims to stand one position further than it was read. */
function cursorOffByOne(log: ConversationLog): ConversationLog {
  return {
    ...log,
    async find(customerId) {
      const conversation = await log.find(customerId);
      if (!conversation) return null;
      const { position, ...stream } = readStreamCursor(conversation.cursor);
      return { ...conversation, cursor: streamCursor(stream, position + 1) };
    },
  };
}

/** A page that ends at the head says where the head is by now, not where the page ends. */
function heartbeatAhead(log: ConversationLog): ConversationLog {
  return {
    ...log,
    async streamAfter(customerId, after, limit) {
      const page = await log.streamAfter(customerId, after, limit);
      if ('reset' in page || page.hasMore) return page;
      await pass(5);
      return { ...page, cursor: (await log.find(customerId))?.cursor ?? page.cursor };
    },
  };
}

/** Pages of messages hold what is meant for the team, whoever asks. */
function accessMissing(log: ConversationLog): ConversationLog {
  return { ...log, messages: (conversation, page) => log.messages(conversation, { ...page, audiences: ['everyone', 'team'] }) };
}

const FAULTS: Readonly<Record<Fault, Overrides>> = {
  'ack-before-commit': { groupCommit: ackBeforeCommit },
  'payload-pub-sub': { log: payloadPubSub },
  'cursor-off-by-one': { log: cursorOffByOne },
  'heartbeat-ahead': { log: heartbeatAhead },
  'access-missing': { log: accessMissing },
};

const fault = Object.entries(FAULTS).find(([name]) => name === process.argv[2]);
if (!fault) throw new Error(`no such fault: ${process.argv[2]}`);
const app = createApp(readConfig(process.env, 'demo'), fault[1]);
const { url } = await app.start();
console.log(`${url}\n`);
