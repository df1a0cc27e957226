import type { Articles, BotTurns, Settings } from './bot.ts';
import type { ConversationLog } from './log.ts';
import type { AuditLog, People } from './people.ts';

/** What the domain needs said. Adapters satisfy these; each method is one atomic operation, and a transaction never crosses a port. */

export interface Clock {
  /** Wall-clock milliseconds. For display and expiry, never for order. */
  now(): number;
}

/** What keeps it all. */
export interface Store {
  readonly log: ConversationLog;
  readonly people: People;
  readonly audit: AuditLog;
  readonly articles: Articles;
  readonly settings: Settings;
  readonly botTurns: BotTurns;
  /** Can it be relied on now, and in words. A full disk is ok: reads go on, and writes say so themselves. */
  health(): { readonly ok: boolean; readonly detail: string };
  /** Settles what is under way, then lets go. Everything asked for afterwards is refused. */
  close(): Promise<void>;
}
