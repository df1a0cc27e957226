import { createPublicKey, randomBytes } from 'node:crypto';
import { InvalidInputError } from '../domain/errors.ts';
import { MAX_LIVE_KEYS } from '../domain/limits.ts';
import type { IdentityKey, People } from '../domain/ports/people.ts';
import type { Actor } from '../domain/types.ts';
import type { SigningKey } from './identity-token.ts';
import type { Keyring } from './keyring.ts';

const PURPOSE = 'identity keys';
/** What `minicom identity` and the demo sign with. It follows from the root key: it has no row, takes no site's place, and nobody is ever told it. */
const OWN = { kid: 'minicom', algorithm: 'HS256', purpose: 'own identity key' } as const;

export interface IdentityKeys {
  readonly own: SigningKey;
  /** With which a token may be signed now. */
  live(): Promise<readonly SigningKey[]>;
  /** The `kid`s of live keys that this root key cannot open: tokens signed with them are refused. */
  lost(): Promise<readonly string[]>;
  /** A secret that the site and we share: 256 bits, as 43 characters which are the key as they stand. Told this once. @throws as `addPublic` */
  addShared(by: Actor): Promise<{ readonly key: IdentityKey; readonly secret: string }>;
  /**
   * The public half of an Ed25519 key, in PEM. The site keeps the private half, so our data forges nothing.
   * @throws InvalidInputError (`publicKey`), also while as many are in use as may be
   */
  addPublic(by: Actor, pem: string): Promise<IdentityKey>;
  /** Its tokens are refused at once, and the sessions that it vouched for end. @throws InvalidInputError (`kid`) */
  retire(by: Actor, kid: string): Promise<IdentityKey>;
}

export function createIdentityKeys({ people, keyring }: { people: People; keyring: Keyring }): IdentityKeys {
  const own: SigningKey = { kid: OWN.kid, algorithm: OWN.algorithm, secret: keyring.derive(OWN.purpose) };

  async function opened(): Promise<{ kid: string; algorithm: IdentityKey['algorithm']; secret: Buffer | null }[]> {
    const keys = await people.identityKeys();
    return keys.filter(({ retiredAt }) => retiredAt === null)
      .map(({ kid, algorithm, sealedSecret }) => ({ kid, algorithm, secret: keyring.open(PURPOSE, kid, sealedSecret) }));
  }

  async function add(by: Actor, algorithm: IdentityKey['algorithm'], secret: Buffer): Promise<IdentityKey> {
    const kid = randomBytes(8).toString('hex');
    const key = await people.addIdentityKey(by, { kid, algorithm, sealedSecret: keyring.seal(PURPOSE, kid, secret) });
    if (key) return key;
    throw new InvalidInputError('publicKey', `There are ${MAX_LIVE_KEYS} keys in use already. Retire one first.`);
  }

  return {
    own,
    live: async () => [own, ...(await opened()).flatMap(({ kid, algorithm, secret }) => (secret ? [{ kid, algorithm, secret }] : []))],
    lost: async () => (await opened()).filter(({ secret }) => secret === null).map(({ kid }) => kid),

    async addShared(by) {
      // The text is the key: no site has to know how to decode it, and none can decode it wrongly.
      const secret = randomBytes(32).toString('base64url');
      return { key: await add(by, 'HS256', Buffer.from(secret)), secret };
    },

    addPublic: async (by, pem) => add(by, 'EdDSA', Buffer.from(publicKeyOf(pem))),

    async retire(by, kid) {
      const isRetired = await people.retireIdentityKey(by, kid);
      const key = (await people.identityKeys()).find((one) => one.kid === kid);
      if (isRetired && key) return key;
      throw new InvalidInputError('kid', 'There is no such key in use.');
    },
  };
}

function publicKeyOf(pem: string): string {
  const wrong = new InvalidInputError('publicKey', 'Must be the public half of an Ed25519 key, in PEM.');
  // Whoever hands out a private key by mistake is told, not served.
  if (!pem.includes('BEGIN PUBLIC KEY')) throw wrong;
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return String(key.export({ type: 'spki', format: 'pem' }));
  } catch {
    // Not PEM, or damaged: the same words help.
  }
  throw wrong;
}
