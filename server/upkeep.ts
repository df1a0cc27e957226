import type { Logger } from 'pino';
import type { BotTurns } from './domain/ports/bot.ts';
import type { People } from './domain/ports/people.ts';
import type { Clock } from './domain/ports/store.ts';

const DAY_MS = 24 * 60 * 60_000;
/** What nobody needs any more goes after this long, looked for this often. */
const KEEP_MS = 30 * DAY_MS;
/** A report may ask for a year. */
const KEEP_TURNS_MS = 400 * DAY_MS;
const PRUNE_MS = 60 * 60_000;

/** Forgets what is over, now and every hour. @returns what ends it */
export function startUpkeep({ people, botTurns, clock, log }: { people: People; botTurns: BotTurns; clock: Clock; log: Pick<Logger, 'warn'> }): () => Promise<void> {
  const prune = async (): Promise<void> => {
    try {
      let gone: number;
      do gone = await people.prune(new Date(clock.now() - KEEP_MS)); while (gone > 0);
      do gone = await botTurns.prune(new Date(clock.now() - KEEP_TURNS_MS)); while (gone > 0);
    } catch (error) {
      log.warn({ err: error }, 'what is over could not be forgotten; it is tried again in an hour');
    }
  };
  let pruning = prune();
  const timer = setInterval(() => { pruning = pruning.then(prune); }, PRUNE_MS).unref();
  return async () => {
    clearInterval(timer);
    await pruning;
  };
}
