import { INVITE_TTL_MS } from '../auth/invites.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { AgentRole } from '../domain/types.ts';
import { publicUrl, withData } from './open.ts';

const ROLES: readonly AgentRole[] = ['admin', 'agent', 'viewer'];

/** Prints a one-time link for a new agent. @throws InvalidInputError on an unknown role */
export async function inviteAgent(config: Config, wanted: string): Promise<number> {
  const role = ROLES.find((one) => one === wanted);
  if (!role) throw new InvalidInputError('role', `There is no role ${wanted}: take ${ROLES.join(', ')}.`);
  const secret = await withData(config, ({ auth }) => auth.invites.createInvite(role));
  console.log(`${publicUrl(config)}/join#invite=${secret}`);
  console.error(`Works once, for ${INVITE_TTL_MS / 60_000} minutes.`);
  return 0;
}
