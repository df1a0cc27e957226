import type { Logger } from 'pino';
import { z } from 'zod';
import type { BotSwitch } from '../domain/bot-switch.ts';
import type { Bot, BotHealth } from './bot.ts';

export interface Lifecycle {
  /** Begins, and waits for nothing. */
  start(): void;
  /** Never throws. */
  health(): BotHealth;
  /** Settles within 2 seconds. Never rejects. */
  stop(): Promise<void>;
}

interface Living {
  readonly bot: Bot;
  readonly botSwitch: BotSwitch;
  readonly log: Pick<Logger, 'error'>;
}

const STOP_MS = 2_000;
const health: z.ZodType<BotHealth> = z.object({ state: z.enum(['ok', 'starting', 'degraded', 'off']), detail: z.string() });

/** Starts, asks and stops a bot that may fail at each of it: the server goes on, and says so. */
export function createLifecycle({ bot, botSwitch, log }: Living): Lifecycle {
  let own: BotHealth = { state: bot.start ? 'starting' : 'ok', detail: '' };
  let isTold = false;

  async function begin(): Promise<void> {
    try {
      await bot.start?.();
      own = { state: 'ok', detail: '' };
    } catch (error) {
      log.error({ err: error, bot: bot.name }, 'the bot could not start');
      own = { state: 'degraded', detail: 'It could not start. The log says why.' };
    }
  }

  return {
    start() {
      if (botSwitch.isAvailable) void begin();
    },
    health() {
      if (!botSwitch.isAvailable) return { state: 'off', detail: 'The server was started with BOT=off.' };
      if (!botSwitch.isOn()) return { state: 'off', detail: 'The team has switched it off.' };
      if (own.state === 'degraded' || !bot.health) return own;
      try {
        const said: unknown = bot.health();
        // No promise is waited for: what is wrong with this one is that it is one.
        if (said instanceof Promise) said.catch(() => undefined);
        return health.parse(said);
      } catch (error) {
        // Asked every few seconds, for ever: once is enough.
        if (!isTold) log.error({ err: error, bot: bot.name }, 'the bot could not say how it does');
        isTold = true;
        return { state: 'degraded', detail: 'It cannot say how it does. The log says why.' };
      }
    },
    async stop() {
      if (!botSwitch.isAvailable) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, STOP_MS); });
      try {
        await Promise.race([bot.stop?.(), late]);
      } catch (error) {
        log.error({ err: error, bot: bot.name }, 'the bot could not stop');
      }
      clearTimeout(timer);
    },
  };
}
