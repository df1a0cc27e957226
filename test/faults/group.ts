import type { ConversationLog } from '../../server/domain/ports/log.ts';
import type { CreateGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';
import { range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { withDataDir } from '../_util/server-process.ts';

export interface GroupOptions { readonly groupCommit?: CreateGroupCommit; readonly groups: number; readonly random: Random }

const CUSTOMER_ID = 'group';

/**
 * R78: groups of writes, some of which are refused before they write, some after, in any order.
 * @returns what is kept and was refused, was acknowledged and is not kept as it was, or was refused for its neighbour's sake: empty if nothing
 */
export async function refuseWithinGroups({ groupCommit, groups, random }: GroupOptions): Promise<string[]> {
  return withDataDir(async (dataDir) => {
    const store = await openSqliteStore({ dataDir, clock: { now: () => Date.now() }, groupCommit });
    try {
      const session = { hash: 'h', expiresAt: new Date(Date.now() + 3_600_000), absoluteExpiresAt: null };
      await store.people.startVisitor({ id: CUSTOMER_ID, handler: 'bot' }, session);
      const acknowledged = new Map<string, number>();
      const problems: string[] = [];
      for (const group of range(groups)) {
        await Promise.all(range(random.int(1, 8)).map(async (member) => {
          const text = `${group}.${member}`;
          const how = random.pick(['append', 'append', 'refused', 'refused after a step'] as const);
          const seq = await write(store.log, text, how);
          if (seq !== null) acknowledged.set(text, seq);
          if ((seq === null) === (how === 'append')) problems.push(`"${text}" was ${seq === null ? 'refused' : 'acknowledged'}, against its own decision`);
        }));
      }
      return [...problems, ...await compare(store.log, acknowledged)];
    } finally {
      await store.close();
    }
  });
}

/** @returns the message's `seq`; null if it was refused */
async function write(log: ConversationLog, text: string, how: 'append' | 'refused' | 'refused after a step'): Promise<number | null> {
  try {
    const { messages } = await log.change({ customerId: CUSTOMER_ID }, () => {
      if (how === 'refused') throw new Error('refused');
      const append = { type: 'append', message: { kind: 'text', audience: 'everyone', sender: { kind: 'customer', id: CUSTOMER_ID }, text } } as const;
      return { steps: how === 'append' ? [append] : [append, { type: 'edit', messageId: 'unknown', text }] };
    });
    return messages[0]?.seq ?? null;
  } catch (error) {
    // Whatever the reason, the caller was told that nothing was kept.
    if (error instanceof Error) return null;
    throw error;
  }
}

async function compare(log: ConversationLog, acknowledged: ReadonlyMap<string, number>): Promise<string[]> {
  const conversation = await log.find(CUSTOMER_ID);
  if (!conversation) return ['the conversation is gone'];
  const { items } = await log.messages(conversation, { audiences: ['everyone'], direction: 'forward', limit: 100_000, from: null });
  const kept = new Map(items.map(({ node }) => [node.text, node.seq]));
  const problems = conversation.head === acknowledged.size ? [] : [`the head is ${conversation.head} after ${acknowledged.size} messages`];
  for (const [text, seq] of acknowledged) if (kept.get(text) !== seq) problems.push(`"${text}" was acknowledged as ${seq} and is ${kept.get(text) ?? 'not kept'}`);
  for (const text of kept.keys()) if (!acknowledged.has(text)) problems.push(`"${text}" was refused and is kept`);
  return problems;
}
