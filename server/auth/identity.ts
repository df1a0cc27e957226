import { createPublicKey, randomBytes } from 'node:crypto';
import { compactVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { InvalidInputError } from '../domain/errors.ts';
import { isCustomerId, VISITOR_PREFIX } from '../domain/limits.ts';
import type { Clock, IdentityKey, People } from '../domain/ports.ts';
import { emailOrNull, nameOrNull } from './fields.ts';
import type { Keyring } from './keyring.ts';

const MAX_TOKEN_LENGTH = 8 * 1024;
const MAX_TTL_S = 60 * 60;
const DEFAULT_TTL_S = 10 * 60;
/** How far the clock of the site that signs may be off. */
const SKEW_S = 60;
const PURPOSE = 'identity keys';

export interface Identified { readonly sub: string; readonly name: string | null; readonly email: string | null }
export interface SignOptions { readonly name?: string; readonly email?: string; readonly ttlS?: number }

/** Who a customer is, vouched for by the site that embeds the chat: a short-lived JWT, signed with a key that both sides know. */
export interface Identity {
  /** Makes the first shared key. Returns the `kid`s that this root key cannot open: tokens signed with them are refused. */
  ensureKey(): Promise<readonly string[]>;
  /** Adds an Ed25519 public key (PEM). The site keeps the private half, so our data forges nothing. Returns its `kid`. */
  addPublicKey(pem: string): Promise<string>;
  /** Plays the site, with our newest shared key. @throws InvalidInputError if the id is no customer's */
  sign(customerId: string, options?: SignOptions): Promise<string>;
  /**
   * Can be replayed until `exp`. Name and e-mail address are for display: cut or left out where they do not fit.
   * @throws InvalidInputError, the same whatever is wrong
   */
  verify(token: string): Promise<Identified>;
}

export function createIdentity({ people, keyring, clock }: { people: People; keyring: Keyring; clock: Clock }): Identity {
  const openKey = (key: IdentityKey): Buffer | null => keyring.open(PURPOSE, key.kid, key.sealedSecret);

  async function addKey(algorithm: IdentityKey['algorithm'], secret: Buffer): Promise<string> {
    const kid = randomBytes(8).toString('hex');
    await people.addIdentityKey({ kid, algorithm, sealedSecret: keyring.seal(PURPOSE, kid, secret) });
    return kid;
  }

  return {
    async ensureKey() {
      const keys = await people.identityKeys();
      const lost = keys.filter((key) => openKey(key) === null);
      if (!keys.some((key) => key.algorithm === 'HS256' && !lost.includes(key))) await addKey('HS256', randomBytes(32));
      return lost.map((key) => key.kid);
    },

    async addPublicKey(pem) {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyType !== 'ed25519') throw new InvalidInputError('key', 'Must be an Ed25519 public key in PEM.');
      return addKey('EdDSA', Buffer.from(key.export({ type: 'spki', format: 'pem' })));
    },

    async sign(customerId, { name, email, ttlS = DEFAULT_TTL_S } = {}) {
      if (!isSitesId(customerId)) throw new InvalidInputError('customerId', 'This cannot be a customer’s id.');
      const shared = (await people.identityKeys()).filter((key) => key.algorithm === 'HS256' && openKey(key) !== null).at(-1);
      const secret = shared && openKey(shared);
      if (!secret) throw new Error('There is no identity key that could sign.');
      const iat = Math.floor(clock.now() / 1000);
      return new SignJWT({ name, email })
        .setProtectedHeader({ alg: shared.algorithm, kid: shared.kid, typ: 'JWT' })
        .setSubject(customerId)
        .setAudience(await people.installId())
        .setIssuedAt(iat)
        .setExpirationTime(iat + ttlS)
        .sign(secret);
    },

    async verify(token) {
      if (token.length > MAX_TOKEN_LENGTH) throw refusal();
      // Read before the attempt: that the store cannot answer does not mean that the token is bad.
      const [keys, audience] = await Promise.all([people.identityKeys(), people.installId()]);
      const nowS = Math.floor(clock.now() / 1000);
      try {
        const { payload } = await compactVerify(token, ({ kid, alg }) => verifierOf(keys.find((key) => key.kid === kid), alg, openKey));
        const claims = Claims.parse(JSON.parse(Buffer.from(payload).toString()));
        if (!isTimely(claims, nowS) || ![claims.aud].flat().includes(audience)) throw refusal();
        return { sub: claims.sub, name: nameOrNull(claims.name), email: emailOrNull(claims.email) };
      } catch {
        throw refusal();
      }
    },
  };
}

const Claims = z.object({
  sub: z.string().refine(isSitesId),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
  name: z.unknown().optional(),
  email: z.unknown().optional(),
});

function isTimely({ iat, exp, nbf = 0 }: z.infer<typeof Claims>, nowS: number): boolean {
  return iat <= nowS + SKEW_S && nbf <= nowS + SKEW_S && exp >= nowS - SKEW_S && exp > iat && exp - iat <= MAX_TTL_S;
}

/** The key decides about the algorithm, never the token: else a public key would do as a shared one. */
function verifierOf(key: IdentityKey | undefined, alg: string | undefined, openKey: (key: IdentityKey) => Buffer | null) {
  const secret = key && key.algorithm === alg && openKey(key);
  if (!secret) throw refusal();
  return key.algorithm === 'HS256' ? secret : createPublicKey(secret);
}

/** What a site may call a customer: the ids of anonymous visitors are ours. */
function isSitesId(id: string): boolean {
  return isCustomerId(id) && !id.startsWith(VISITOR_PREFIX);
}

function refusal(): InvalidInputError {
  return new InvalidInputError('identityToken', 'This identity token is not valid here, or not any more.');
}
