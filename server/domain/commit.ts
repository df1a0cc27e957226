import type { BotSwitch } from './bot-switch.ts';
import type { Articles, BotTurns, Settings } from './ports/bot.ts';
import type { Bus } from './ports/bus.ts';
import type { About, Change, Committed, ConversationLog, Now } from './ports/log.ts';
import type { AuditLog, People } from './ports/people.ts';
import type { Clock } from './ports/store.ts';
import { topics } from './ports/bus.ts';
import type { Share } from './share.ts';
import type { Conversation, Viewer } from './types.ts';

/** What the verbs work with. */
export interface Deps {
  readonly log: ConversationLog;
  readonly people: People;
  readonly audit: AuditLog;
  readonly articles: Articles;
  readonly settings: Settings;
  readonly botTurns: BotTurns;
  readonly bus: Bus;
  readonly clock: Clock;
  /** While it is off, customers wait for a person. */
  readonly botSwitch: BotSwitch;
  /** Has this agent anything open right now? */
  readonly isOnline: (agentId: string) => boolean;
  /** Takes one of the texts that the viewer may write for now. */
  readonly takeText: (viewer: Viewer) => Share;
}

/** Commits a decision, then rings: first durable, then told. Every verb that changes a conversation ends here. */
export async function commit(deps: Deps, about: About, decide: (now: Now) => Change): Promise<Committed> {
  const committed = await deps.log.change(about, decide);
  if (committed.changed) ringAbout(deps, committed.conversation);
  return committed;
}

function ringAbout(deps: Pick<Deps, 'bus'>, conversation: Conversation): void {
  deps.bus.ring(topics.conversation(conversation.customerId));
  deps.bus.ring(topics.inbox);
  if (awaitsBot(conversation)) deps.bus.ring(topics.bot);
}

/** After what a visitor said moved to the customer that the visitor turned out to be. */
export function ringMoved(deps: Pick<Deps, 'bus'>, customerIds: readonly string[]): void {
  for (const customerId of customerIds) deps.bus.ring(topics.conversation(customerId));
  if (customerIds.length === 0) return;
  deps.bus.ring(topics.inbox);
  deps.bus.ring(topics.bot);
}

/** The bot's work list as a predicate: what `awaitingBot` selects. */
function awaitsBot(conversation: Conversation): boolean {
  return conversation.status === 'open' && conversation.handler === 'bot' && conversation.lastCustomerSeq > conversation.botDoneSeq;
}
