import { noSuchAgent } from '../domain/accounts.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Invite, People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { Actor, AgentRole } from '../domain/types.ts';
import { hashSecret, newSecret } from './secrets.ts';

export const LINK_TTL_MS = 60 * 60_000;
/** Of an invite's hash: names it, and opens nothing. */
const ID_LENGTH = 24;

export interface Link {
  /** Where it leads to, under the server's own address. What opens it is in the fragment, which browsers send to nobody. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Of an invite that can still be used, without what opens it. */
export interface PendingInvite extends Omit<Invite, 'hash'> { readonly id: string }

/** Links that work once, for an hour. */
export interface Links {
  /** For one new agent. */
  createInvite(by: Actor, role: AgentRole, ttlMs?: number): Promise<Link & { readonly token: string }>;
  /** Invites that can still be used, the newest first. */
  pendingInvites(): Promise<readonly PendingInvite[]>;
  /** False: there is none like it. */
  revokeInvite(by: Actor, id: string): Promise<boolean>;
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

    async pendingInvites() {
      return (await people.invites()).map(({ hash, ...rest }) => ({ ...rest, id: hash.slice(0, ID_LENGTH) }));
    },

    async revokeInvite(by, id) {
      const found = (await people.invites()).find(({ hash }) => hash.slice(0, ID_LENGTH) === id);
      return found !== undefined && people.revokeInvite(by, found.hash);
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
