import { LINK_TTL_MS } from '../auth/links.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { ROLES } from '../domain/types.ts';
import { OPERATOR, publicUrl, withData } from './open.ts';

/** Prints a one-time link for a new agent. @throws InvalidInputError on an unknown role */
export async function inviteAgent(config: Config, [wanted = 'agent']: readonly string[]): Promise<number> {
  const role = ROLES.find((one) => one === wanted);
  if (!role) throw new InvalidInputError('role', `There is no role ${wanted}: take ${ROLES.join(', ')}.`);
  const { path } = await withData(config, ({ auth }) => auth.links.createInvite(OPERATOR, role));
  return printLink(config, path);
}

/**
 * For whoever is locked out: prints a one-time link for a new password. With `--second-factor`, the password is enough from now on.
 * @throws InvalidInputError if nobody active has this address
 */
export async function resetAgent(config: Config, [email = '', option]: readonly string[]): Promise<number> {
  if (option !== undefined && option !== '--second-factor') throw new InvalidInputError('option', `There is no option ${option}: the only one is --second-factor.`);
  const { path } = await withData(config, async ({ store, auth }) => {
    const found = await store.people.secretsOf({ email });
    if (!found) throw new InvalidInputError('email', 'Nobody active on the team has this e-mail address.');
    if (option) await auth.secondFactor.reset(OPERATOR, found.agent.id);
    return auth.links.createPasswordLink(OPERATOR, found.agent.id);
  });
  return printLink(config, path);
}

function printLink(config: Config, path: string): number {
  console.log(publicUrl(config) + path);
  console.error(`Works once, for ${LINK_TTL_MS / 60_000} minutes.`);
  return 0;
}
