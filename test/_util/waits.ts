import { randomUUID } from 'node:crypto';
import type { Store } from '../../server/domain/ports/store.ts';

/** A new customer, whom the bot hands on at once. */
export async function handOn({ people, botTurns }: Pick<Store, 'people' | 'botTurns'>, customerId: string): Promise<void> {
  await people.startVisitor({ id: customerId, handler: 'queue' }, { hash: randomUUID(), expiresAt: new Date(0), absoluteExpiresAt: null });
  await recordHandOff(botTurns, customerId);
}

export function recordHandOff(botTurns: Store['botTurns'], customerId: string): Promise<void> {
  return botTurns.record({
    customerId, bot: 'built-in', by: null, outcome: 'handoff', counts: null, reason: 'customer_request', detail: null, confidence: null, waitMs: 1, tookMs: 1,
    firstMs: null, messageId: null, articleId: null, unanswered: null,
  });
}

/** A person's text. */
export async function answerAsPerson({ log }: Pick<Store, 'log'>, customerId: string): Promise<void> {
  await log.change({ customerId }, () => ({ steps: [{ type: 'append', message: { kind: 'text', audience: 'everyone', sender: { kind: 'agent', id: 'ana' }, text: 'Yes?' } }] }));
}
