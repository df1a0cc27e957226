import { readFile } from 'node:fs/promises';
import type { IdentityKeys } from '../auth/identity-keys.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { IdentityKey } from '../domain/ports/people.ts';
import type { Store } from '../domain/ports/store.ts';
import { OPERATOR, withData } from './open.ts';
import { dayOf, printTable } from './table.ts';

/** Prints the keys that sites sign with, retired ones too; never a secret. */
export async function listKeys(config: Config): Promise<number> {
  const { keys, audience } = await withData(config, async ({ store }) => ({ keys: await store.people.identityKeys(), audience: await store.people.installId() }));
  printTable(['kid', 'algorithm', 'created', 'retired'], keys.map(({ kid, algorithm, createdAt, retiredAt }) => (
    [kid, algorithm, dayOf(createdAt), retiredAt ? dayOf(retiredAt) : '']
  )));
  console.error(`The aud of every token: ${audience}`);
  return 0;
}

/** Makes a secret that the site signs with, printed once; or, with `--public-key <file>`, registers the public half of the site's own. @throws InvalidInputError */
export async function addKey(config: Config, options: readonly string[]): Promise<number> {
  const file = publicKeyFile(options);
  const pem = file === null ? null : await readPem(file);
  const added = await withData(config, ({ store, auth }) => add(store, auth.identityKeys, pem));
  tell(added);
  return 0;
}

/** As `addKey`, and says what ends the change-over. */
export async function rotateKey(config: Config, options: readonly string[]): Promise<number> {
  const before = await withData(config, ({ store }) => store.people.identityKeys());
  const code = await addKey(config, options);
  const old = before.find(({ retiredAt }) => retiredAt === null);
  if (old) console.error(`Tokens of ${old.kid} count as well. Once the site signs with the new key: keys retire ${old.kid}`);
  return code;
}

/** Tokens of this key are refused at once, and the sessions that it vouched for end within seconds. @throws InvalidInputError on a key that is not in use */
export async function retireKey(config: Config, [kid = '']: readonly string[]): Promise<number> {
  await withData(config, ({ auth }) => auth.identityKeys.retire(OPERATOR, kid));
  console.error(`${kid} is retired.`);
  return 0;
}

interface Added { readonly key: IdentityKey; readonly secret: string | null; readonly audience: string }

async function add(store: Store, keys: IdentityKeys, pem: string | null): Promise<Added> {
  const audience = await store.people.installId();
  if (pem !== null) return { key: await keys.addPublic(OPERATOR, pem), secret: null, audience };
  return { ...(await keys.addShared(OPERATOR)), audience };
}

/** The secret alone on stdout, for whoever pipes it. */
function tell({ key, secret, audience }: Added): void {
  if (secret !== null) console.log(secret);
  console.error([
    ...(secret === null ? [] : ['The secret, shown this once: keep it where your site keeps its passwords.']),
    `kid  ${key.kid}`, `alg  ${key.algorithm}`, `aud  ${audience}`, 'How to sign with it: docs/identity.md',
  ].join('\n'));
}

function publicKeyFile(options: readonly string[]): string | null {
  const [option, value] = options;
  if (option === undefined) return null;
  if (option === '--public-key' && value !== undefined && options.length === 2) return value;
  throw new InvalidInputError('options', 'Give nothing, for a shared secret, or --public-key <file> for your own Ed25519 key.');
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('publicKey', `${file} cannot be read (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'}).`);
  }
}
