import { noSuchAgent } from '../domain/accounts.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Clock, People } from '../domain/ports.ts';
import type { Actor, AgentRole } from '../domain/types.ts';
import { hashSecret, newSecret } from './secrets.ts';

export const LINK_TTL_MS = 60 * 60_000;

export interface Link {
  /** Where it leads to, under the server's own address. What opens it is in the fragment, which browsers send to nobody. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Links that work once, for an hour. */
export interface Links {
  /** For one new agent. */
  createInvite(by: Actor, role: AgentRole, ttlMs?: number): Promise<Link & { readonly token: string }>;
  /** For a new password. @throws InvalidInputError (`agentId`) */
  createPasswordLink(by: Actor, agentId: string): Promise<Link>;
}

export function createLinks({ people, clock }: { people: People; clock: Clock }): Links {
  return {
    async createInvite(by, role, ttlMs = LINK_TTL_MS) {
      const token = newSecret('invite');
      const expiresAt = new Date(clock.now() + ttlMs);
      await people.createInvite(by, { hash: hashSecret(token), role, expiresAt });
      return { token, path: `/join#invite=${token}`, expiresAt };
    },

    async createPasswordLink(by, agentId) {
      const token = newSecret('password');
      const expiresAt = new Date(clock.now() + LINK_TTL_MS);
      const isMade = await people.createPasswordLink(by, { hash: hashSecret(token), agentId, expiresAt });
      if (!isMade) throw noSuchAgent();
      return { path: `/join#password=${token}`, expiresAt };
    },
  };
}

export function deadLink(): InvalidInputError {
  return new InvalidInputError('token', 'This link has been used or has expired. Ask for a new one.');
}
