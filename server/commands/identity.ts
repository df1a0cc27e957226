import type { Config } from '../config.ts';
import { OPERATOR, publicUrl, withData } from './open.ts';

/** Plays the embedding site: prints a link that opens the chat as a customer. @throws InvalidInputError if the id is no customer's */
export async function identity(config: Config, customerId: string): Promise<number> {
  const token = await withData(config, async ({ store, auth }) => {
    const signed = await auth.identity.sign(customerId);
    await store.audit.record(OPERATOR, { action: 'identity.link_made', target: { kind: 'customer', id: customerId } });
    return signed;
  });
  console.log(`${publicUrl(config)}/chat#identity=${token}`);
  return 0;
}
