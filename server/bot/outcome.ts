import { z } from 'zod';
import { requireText } from '../domain/limits.ts';
import type { BotOutcome } from './bot.ts';

const label = z.string().min(1).max(200);
export const handOffReason = z.enum([
  'customer_request', 'no_answer', 'low_confidence', 'sensitive_topic', 'repeated_failure', 'bot_error', 'timeout', 'overloaded', 'guard_rejected',
]);

const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reply'),
    text: z.string(),
    sources: z.array(z.object({ articleId: label, title: label })).max(10).optional(),
    choices: z.array(label).max(10).optional(),
    counts: z.enum(['answer', 'smalltalk', 'clarify', 'thanks']),
    confidence: z.number().optional(),
    matched: label.optional(),
    firstMs: z.number().nullish(),
    by: label.optional(),
  }),
  z.object({
    kind: z.literal('handoff'),
    reason: handOffReason,
    text: z.string().optional(),
    note: z.string().optional(),
    detail: label.optional(),
    heldBack: z.string().optional(),
    confidence: z.number().optional(),
    firstMs: z.number().nullish(),
    by: label.optional(),
  }),
  z.object({ kind: z.literal('silent'), reason: z.string(), by: label.optional() }),
]);

/**
 * What a bot said, if it is what a bot may say: a module can return anything, and what is kept is read for ever.
 * @throws if it does not fit `BotOutcome`, or the limits of texts
 */
export function requireOutcome(given: unknown): BotOutcome {
  const made: BotOutcome = outcome.parse(given);
  if (made.kind !== 'silent' && made.text !== undefined) requireText('text', made.text);
  if (made.kind === 'handoff' && made.note !== undefined) requireText('note', made.note);
  return made;
}
