import { InvalidInputError } from '../domain/errors.ts';
import type { People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { Actor, ApiToken, Scope } from '../domain/types.ts';
import { SCOPES } from '../domain/types.ts';
import { requireName } from './fields.ts';
import { hashSecret, newSecret } from './secrets.ts';

const DAY_MS = 86_400_000;
export const MAX_DAYS = 365;
export const DEFAULT_DAYS = 90;

export interface NewToken { readonly name: string; readonly scopes: readonly string[]; readonly days: number }

export interface Tokens {
  /** The secret is told this once. @throws InvalidInputError (`name`, `scopes`, `days`) */
  create(by: Actor, given: NewToken): Promise<{ readonly secret: string; readonly token: ApiToken }>;
  /** @throws InvalidInputError (`tokenId`) if there is none, or none any more */
  revoke(by: Actor, tokenId: string): Promise<ApiToken>;
}

export function createTokens({ people, clock }: { people: People; clock: Clock }): Tokens {
  return {
    async create(by, { name, scopes, days }) {
      if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) throw new InvalidInputError('days', `Must be from 1 to ${MAX_DAYS} days.`);
      const secret = newSecret('token');
      const expiresAt = new Date(clock.now() + days * DAY_MS);
      const token = await people.createToken(by, { hash: hashSecret(secret), name: requireName(name), scopes: requireScopes(scopes), expiresAt });
      return { secret, token };
    },

    async revoke(by, tokenId) {
      const token = await people.token(tokenId);
      if (!token || !(await people.revokeToken(by, tokenId))) throw new InvalidInputError('tokenId', 'There is no such token, or not any more.');
      return token;
    },
  };
}

function requireScopes(wanted: readonly string[]): Scope[] {
  const unknown = wanted.find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown === undefined && wanted.length > 0) return SCOPES.filter((scope) => wanted.includes(scope));
  throw new InvalidInputError('scopes', `${unknown === undefined ? 'Give at least one scope' : `There is no scope ${unknown}`}: take from ${SCOPES.join(', ')}.`);
}
