import type { Config } from '../config.ts';
import { publicUrl, withData } from './open.ts';

/** Plays the embedding site: prints a link that opens the chat as a customer. @throws InvalidInputError if the id is no customer's */
export async function identity(config: Config, customerId: string): Promise<number> {
  const token = await withData(config, ({ auth }) => auth.identity.sign(customerId));
  console.log(`${publicUrl(config)}/chat#identity=${token}`);
  return 0;
}
