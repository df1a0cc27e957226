import type { Clock, People } from '../domain/ports.ts';
import type { AgentRole } from '../domain/types.ts';
import { hashSecret, newSecret } from './secrets.ts';

export const INVITE_TTL_MS = 60 * 60_000;

export interface Invites {
  /** A secret for one new agent, for the link `/join#invite=<secret>`. It works once, and for `ttlMs`. */
  createInvite(role: AgentRole, ttlMs?: number): Promise<string>;
}

export function createInvites({ people, clock }: { people: People; clock: Clock }): Invites {
  return {
    async createInvite(role, ttlMs = INVITE_TTL_MS) {
      const secret = newSecret('invite');
      await people.createInvite({ hash: hashSecret(secret), role, expiresAt: new Date(clock.now() + ttlMs) });
      return secret;
    },
  };
}
