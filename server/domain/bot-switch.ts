import type { Settings } from './ports/bot.ts';
import type { Bus } from './ports/bus.ts';
import { topics } from './ports/bus.ts';
import type { Actor } from './types.ts';

/** Does the bot answer at all? One switch for the whole server, in the team's hand. */
export interface BotSwitch {
  /** Asked inside decisions: whatever of the bot's would be kept while it is off is not. */
  isOn(): boolean;
  /** False: the server was started without a bot, and the switch moves nothing. */
  readonly isAvailable: boolean;
  /** Kept first, so that a restart finds what people were told. Once settled off, nothing of the bot's lands. */
  set(by: Actor, on: boolean): Promise<void>;
}

export interface SwitchParts {
  readonly settings: Settings;
  readonly bus: Bus;
  readonly isAvailable: boolean;
}

const KEY = 'bot.enabled';

/** Stands as it was left; on while nobody has touched it. */
export async function openBotSwitch({ settings, bus, isAvailable }: SwitchParts): Promise<BotSwitch> {
  let isEnabled = (await settings.read(KEY)) !== 'false';
  return {
    isOn: () => isAvailable && isEnabled,
    isAvailable,
    async set(by, on) {
      await settings.write(by, KEY, () => String(on));
      isEnabled = on;
      bus.ring(topics.bot);
    },
  };
}
