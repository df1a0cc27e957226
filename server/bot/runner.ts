import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Deps } from '../domain/commit.ts';
import { topics } from '../domain/ports/bus.ts';
import type { Conversation } from '../domain/types.ts';
import type { Resolve, Taking, Timing } from './turn.ts';
import { takeTurn, turnAway } from './turn.ts';

/** A bot that hangs costs its customer 8.6 seconds; who finds no place while others wait for it, at most 8 more. */
const TIMING: Timing = { burstMs: 600, deadlineMs: 8_000 };
const MAX_TURNS_AT_ONCE = 100;
/** A lost ring costs at most this, and so does a turn that could not be kept. */
const LOOK_AGAIN_MS = 5_000;

export interface BotRunner {
  start(): void;
  /** Settles when no turn is under way. */
  stop(): Promise<void>;
}

export interface Running {
  readonly deps: Deps;
  readonly resolve: Resolve;
  /** False: the server has too much else to do. @default always */
  readonly admits?: Taking['admits'];
  readonly log: Pick<Logger, 'error'>;
  /** @default 600 ms and 8 s */
  readonly timing?: Timing;
}

/**
 * Gives the bot its turns. The work list is a query, so starting again, a lost ring and a second runner are the same case; what lands is decided in the
 * store, so a bot that throws, hangs or is late cannot hurt the conversation. It runs while the bot is off, too: what is on the list then gets a person.
 */
export function createBotRunner({ deps, resolve, admits = () => true, log, timing = TIMING }: Running): BotRunner {
  const turns = new Map<string, Promise<void>>();
  const asking = new Set<AbortController>();
  const stopping = new AbortController();
  setMaxListeners(MAX_TURNS_AT_ONCE, stopping.signal);
  const bell = deps.bus.listen(topics.bot);
  let loop = Promise.resolve();
  /** Since when somebody has waited for a place at any time. */
  let fullSince: number | null = null;

  async function run(): Promise<void> {
    while (!bell.closed) {
      bell.take();
      if (!deps.botSwitch.isOn()) for (const over of asking) over.abort();
      try {
        if (admits('turns')) await givePlaces();
        else fullSince = null;
      } catch (error) {
        log.error({ err: error }, 'the bot could not read its work list');
      }
      await bell.wait(deps.bus.monotonic() + LOOK_AGAIN_MS);
    }
  }

  async function givePlaces(): Promise<void> {
    // Those that have a place are on the list, too.
    const listed = await deps.log.awaitingBot(2 * MAX_TURNS_AT_ONCE);
    for (const conversation of listed) if (!turns.has(conversation.customerId)) begin(conversation);
    const hasRoom = listed.every(({ customerId }) => turns.has(customerId));
    fullSince = hasRoom ? null : (fullSince ?? deps.bus.monotonic());
  }

  function begin(conversation: Conversation): void {
    const { customerId } = conversation;
    if (isLate(conversation)) turns.set(customerId, turn(customerId, (taking) => turnAway(taking, conversation)));
    else if (turns.size < MAX_TURNS_AT_ONCE) turns.set(customerId, turn(customerId, (taking) => takeTurn(taking, customerId)));
  }

  /** It waited for as long as a bot may take, and so long there was no place for all. */
  function isLate({ waitingSince }: Conversation): boolean {
    const { deadlineMs } = timing;
    if (waitingSince === null || fullSince === null || deps.bus.monotonic() - fullSince < deadlineMs) return false;
    return deps.clock.now() - waitingSince.getTime() >= deadlineMs;
  }

  async function turn(customerId: string, take: (taking: Taking) => Promise<void>): Promise<void> {
    try {
      await take({ deps, resolve, timing, admits, log, stopping: stopping.signal, asking });
      deps.bus.ring(topics.bot); // there may be more of the customer's, or one that found no room
    } catch (error) {
      // Tried again when the list is next looked at, and not at once: the disk may be full.
      if (!stopping.signal.aborted) log.error({ err: error }, 'a turn of the bot failed');
    } finally {
      turns.delete(customerId);
    }
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      bell.close();
      stopping.abort();
      await Promise.all([loop, ...turns.values()]);
    },
  };
}
