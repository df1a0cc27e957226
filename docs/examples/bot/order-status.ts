import type { ResolveBot, Responder } from '../../../server/bot/bot.ts';
import { chain } from '../../../server/bot/bot.ts';
import { wantsPerson } from '../../../server/bot/person/wants-person.ts';

/**
 * A bot of one's own: says where an order is, and leaves everything else to the bot that comes with Minicom.
 * Try it: `BOT_MODULE=docs/examples/bot/order-status.ts npm run demo`, and ask as alice, “Where is order 4711?”
 */
export const resolveBot: ResolveBot = ({ customerId }, builtIn) => chain('shop', {
  // First, because whoever wants a person gets one, whatever else the text says.
  'wants a person': wantsPerson,
  'order status': orderStatus(customerId),
  'built-in': (turn, io) => builtIn.handle(turn, io),
});

/** The customer's id is vouched for, and what the text says is not: so only one's own orders are told. */
function orderStatus(customerId: string): Responder {
  return async ({ text, signal }) => {
    const [, number] = /\border\D{0,12}(\d{4,8})\b/i.exec(text) ?? [];
    if (number === undefined) return null;
    const order = await findOrder(number, signal);
    if (order?.customerId !== customerId) return null;
    return { kind: 'reply', text: `Order ${number} is ${order.state}.`, counts: 'answer', matched: number, choices: ['That helped', 'Talk to a person'] };
  };
}

interface Order { readonly customerId: string; readonly state: string }

/** Here a call to your own system: `fetch(url, { signal })` ends with the turn. */
async function findOrder(number: string, _signal: AbortSignal): Promise<Order | null> {
  return ORDERS[number] ?? null;
}

const ORDERS: Readonly<Record<string, Order>> = {
  4711: { customerId: 'alice', state: 'on its way, and should arrive tomorrow' },
  4712: { customerId: 'bob', state: 'being packed' },
};
