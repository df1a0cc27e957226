import type { BotHealth } from '../bot.ts';
import type { Prompt, PromptLimits } from './prompt.ts';

/** What writes a reply: the local model in its child process, or an endpoint. One slot, one at a time. */
export interface TextModel {
  /** As operators know it. */
  readonly name: string;
  readonly limits: ModelLimits;
  /**
   * Writes a reply, or as much of it as there is time for. Rejects with the signal's reason as soon as that is aborted: what runs for it ends then.
   * @throws ModelBusyError, ModelFailedError
   */
  generate(prompt: Prompt, asked: Asked): Promise<Generated>;
  /** Costs nothing. */
  health(): BotHealth;
  /** Ends what runs. Never rejects. */
  close(): Promise<void>;
}

export interface ModelLimits extends PromptLimits {
  /** Of a reply. */
  readonly maxTokens: number;
  readonly maxReplyChars: number;
  /** It was taught little else: who writes another language is not kept waiting. */
  readonly isEnglishOnly: boolean;
}

export interface Asked {
  /** From now until the reply, waiting for others included. */
  readonly maxMs: number;
  /** The whole text so far, at most 10 times a second. Not to be trusted. */
  readonly onText: (soFar: string) => void;
  readonly signal: AbortSignal;
}

export interface Generated {
  readonly text: string;
  /** `end`: it was finished. `length`, `time`: it was cut off. */
  readonly reason: 'end' | 'length' | 'time';
  /** Mean log-probability of its tokens. Null where nobody says. */
  readonly avgLogProb: number | null;
  readonly tokens: number;
}

/** Others are before it, and it would not be done in time. */
export class ModelBusyError extends Error {
  override name = 'ModelBusyError';
}

/** There is no reply. The message is for operators, and holds nothing that people wrote. */
export class ModelFailedError extends Error {
  override name = 'ModelFailedError';
}
