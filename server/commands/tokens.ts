import { DEFAULT_DAYS } from '../auth/tokens.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { OPERATOR, withData } from './open.ts';
import { dayOf, printTable } from './table.ts';

/** Prints a new API token, once. @throws InvalidInputError on a name, scope or lifetime that is none */
export async function createToken(config: Config, [name = '', scopes = '', days = String(DEFAULT_DAYS)]: readonly string[]): Promise<number> {
  if (name.trim() === '') throw new InvalidInputError('name', 'Give the token a name: token create <name> <scopes> [days].');
  const wanted = { name, scopes: scopes.split(',').map((scope) => scope.trim()), days: Number(days) };
  const { secret, token } = await withData(config, ({ auth }) => auth.tokens.create(OPERATOR, wanted));
  console.log(secret);
  console.error(`Shown this once. Valid until ${dayOf(token.expiresAt)}.`);
  return 0;
}

/** Prints the tokens that were not revoked. */
export async function listTokens(config: Config): Promise<number> {
  const tokens = await withData(config, ({ store }) => store.people.tokens());
  printTable(['id', 'name', 'scopes', 'created', 'expires', 'last used'], tokens.map(({ id, name, scopes, createdAt, expiresAt, usedAt }) => (
    [id, name, scopes.join(','), dayOf(createdAt), dayOf(expiresAt), usedAt ? dayOf(usedAt) : 'never']
  )));
  return 0;
}

/** Ends a token at once; what it has open closes within seconds. @throws InvalidInputError on an unknown id */
export async function revokeToken(config: Config, [id = '']: readonly string[]): Promise<number> {
  const { name } = await withData(config, ({ auth }) => auth.tokens.revoke(OPERATOR, id));
  console.error(`${name} is revoked.`);
  return 0;
}
