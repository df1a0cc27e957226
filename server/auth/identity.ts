import { SignJWT } from 'jose';
import { InvalidInputError } from '../domain/errors.ts';
import type { People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { IdentityCheck, Identified } from './identity-token.ts';
import { examine, isSitesId } from './identity-token.ts';
import type { IdentityKeys } from './identity-keys.ts';

const DEFAULT_TTL_S = 10 * 60;

export interface SignOptions { readonly name?: string; readonly email?: string; readonly ttlS?: number }

/** Who a customer is, vouched for by the site that embeds the chat: a short-lived JWT, signed with a key that both sides know. */
export interface Identity {
  /** Plays the site, with this installation's own key. @throws InvalidInputError if the id is no customer's */
  sign(customerId: string, options?: SignOptions): Promise<string>;
  /**
   * Can be replayed until `exp`. Name and e-mail address are for display: cut or left out where they do not fit.
   * @throws InvalidInputError, the same whatever is wrong
   */
  verify(token: string): Promise<Identified>;
  /** What `verify` looks at, one by one, in words: for whoever builds the site. Keeps nothing. */
  check(token: string): Promise<IdentityCheck>;
}

export function createIdentity({ people, keys, clock }: { people: People; keys: IdentityKeys; clock: Clock }): Identity {
  async function check(token: string): Promise<IdentityCheck> {
    // Read before the attempt: that the store cannot answer does not mean that the token is bad.
    const [known, audience] = await Promise.all([keys.live(), people.installId()]);
    return examine(token, { keys: known, audience, nowS: Math.floor(clock.now() / 1000) });
  }

  return {
    async sign(customerId, { name, email, ttlS = DEFAULT_TTL_S } = {}) {
      if (!isSitesId(customerId)) throw new InvalidInputError('customerId', 'This cannot be a customer’s id.');
      const iat = Math.floor(clock.now() / 1000);
      const { kid, algorithm, secret } = keys.own;
      return new SignJWT({ name, email })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setSubject(customerId)
        .setAudience(await people.installId())
        .setIssuedAt(iat)
        .setExpirationTime(iat + ttlS)
        .sign(secret);
    },

    async verify(token) {
      const { identified } = await check(token);
      if (!identified) throw new InvalidInputError('identityToken', 'This identity token is not valid here, or not any more.');
      return identified;
    },

    check,
  };
}
