import type { Deps } from '../domain/commit.ts';
import type { MessagePageRequest } from '../domain/ports/log.ts';
import type { Conversation, Message } from '../domain/types.ts';
import type { BotTurn } from './bot.ts';

/** How many messages back the bot sees. */
const HISTORY = 20;
const HOUR_MS = 60 * 60_000;
/** Two programs that answer each other would never stop. */
const MAX_TEXTS_AN_HOUR = 20;
/** How many times `HISTORY` messages are looked at for it. A loop needs two of them; whoever writes more per answer is no program that echoes. */
const MAX_PAGES = 5;

const NEWEST: MessagePageRequest = { audiences: ['everyone'], direction: 'backward', limit: HISTORY, from: null };

export type Asked = Pick<BotTurn, 'text' | 'newText' | 'history' | 'botRepliesInRow'>;

export interface Waiting {
  /** What the bot is asked, and what was said before. */
  readonly asked: Asked;
  /** Since when the customer waits for the bot; how long others had the conversation before does not count. Null: nobody waits. */
  readonly since: Date | null;
  /** All that had no answer was removed. */
  readonly isRemoved: boolean;
}

/** What the customer waits for: each change of whose turn it is leaves an activity, and what lies before the last one is over. */
export async function readWaiting(deps: Deps, conversation: Conversation): Promise<Waiting> {
  const page = await deps.log.messages(conversation, NEWEST);
  const messages = page.items.map(({ node }) => node).filter(({ removedAt }) => removedAt === null);
  const lastAnswer = messages.findLast(({ kind, sender }) => kind === 'text' && sender.kind !== 'customer')?.seq ?? 0;
  const answered = Math.max(conversation.botDoneSeq, lastAnswer);
  // Lines that lie too far back to be seen may be without an answer, too.
  const isWhole = !page.hasPreviousPage || (page.items[0]?.node.seq ?? 0) <= answered;
  const isAsked = ({ kind, sender, seq }: Message): boolean => kind === 'text' && sender.kind === 'customer' && seq > answered;
  const lastActivity = messages.findLastIndex(({ kind }) => kind === 'activity');
  const current = messages.slice(lastActivity + 1);
  const asked = messages.filter(isAsked);
  const before = current.filter((message) => !isAsked(message));
  const lastPerson = before.findLastIndex(({ sender }) => sender.kind === 'agent' || sender.kind === 'token');
  return {
    asked: {
      text: textOf(asked),
      newText: textOf(current.filter(isAsked)),
      history: before.map(({ sender, text, answer }) => ({
        from: sender.kind === 'customer' || sender.kind === 'bot' ? sender.kind : 'agent', text, ...(answer?.by && { by: answer.by }),
      })),
      botRepliesInRow: before.slice(lastPerson + 1).filter(({ sender }) => sender.kind === 'bot').length,
    },
    since: later(conversation.waitingSince, messages[lastActivity]?.createdAt),
    isRemoved: isWhole && asked.length === 0,
  };
}

function later(waitingSince: Date | null, givenAt: Date | undefined): Date | null {
  return waitingSince && givenAt && givenAt > waitingSince ? givenAt : waitingSince;
}

/** Has the bot written as much here within the hour as it may? Read from the log, so that a restart does not begin anew. */
export async function hasSaidEnough(deps: Deps, conversation: Conversation): Promise<boolean> {
  if (conversation.head < MAX_TEXTS_AN_HOUR) return false;
  const since = deps.clock.now() - HOUR_MS;
  let said = 0;
  let from: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, hasPreviousPage } = await deps.log.messages(conversation, { ...NEWEST, from });
    const lately = items.filter(({ node }) => node.createdAt.getTime() > since);
    said += lately.filter(({ node }) => node.kind === 'text' && node.sender.kind === 'bot').length;
    if (said >= MAX_TEXTS_AN_HOUR) return true;
    if (lately.length < items.length || !hasPreviousPage) return false;
    from = items[0]?.cursor ?? null;
  }
  return false;
}

function textOf(messages: readonly Message[]): string {
  return messages.map(({ text }) => text).join('\n');
}
