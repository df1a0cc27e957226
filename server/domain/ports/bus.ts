import type { Ephemeral } from '../types.ts';

/**
 * One listener's wake-up: one bit, so it cannot overflow. A ring while nobody waits is remembered.
 * NOTE: one waiter at a time.
 */
export interface Bell {
  /** Takes the bit: true if it was rung since it was last taken. */
  take(): boolean;
  /** Resolves when rung, when `untilMs` of monotonic time is reached (give or take a tick), or when closed. Never rejects. */
  wait(untilMs: number): Promise<void>;
  readonly closed: boolean;
  /** Ends the listening and any wait. */
  close(): void;
}

export interface Bus {
  listen(topic: string): Bell;
  /** Says only that something changed. Losing a ring delays a reader, never loses anything. */
  ring(topic: string): void;
  /** Keeps the last value under a key of the topic until it expires, and rings. */
  show(topic: string, key: string, value: Ephemeral, ttlMs: number): void;
  /** Values shown after `since` (a number that an earlier call returned; 0 for all that are fresh). */
  shown(topic: string, since: number): { readonly values: readonly Ephemeral[]; readonly version: number };
  /** Monotonic milliseconds, the clock of `Bell.wait`. */
  monotonic(): number;
  stop(): void;
}

export const topics = {
  conversation: (customerId: string) => `conversation:${customerId}`,
  inbox: 'inbox',
  bot: 'bot',
} as const;
