import { hashSecret, newSecret } from '../auth/secrets.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Scope } from '../domain/types.ts';
import { SCOPES } from '../domain/types.ts';
import { withData } from './open.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 3_650;

/** Prints a new API token, once. @throws InvalidInputError on an unknown scope or a lifetime that is none */
export async function createToken(config: Config, [name = '', scopeList = '', days = '90']: readonly string[]): Promise<number> {
  if (name.trim() === '') throw new InvalidInputError('name', 'Give the token a name: token create <name> <scopes> [days].');
  const scopes = scopeList.split(',').map(requireScope);
  const lifetime = Number(days);
  if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > MAX_DAYS) throw new InvalidInputError('days', `Give 1 to ${MAX_DAYS} days.`);
  const secret = newSecret('token');
  const expiresAt = new Date(Date.now() + lifetime * DAY_MS);
  await withData(config, ({ store }) => store.people.createToken({ hash: hashSecret(secret), name, scopes, expiresAt }));
  console.log(secret);
  console.error(`Shown this once. Valid until ${expiresAt.toISOString().slice(0, 10)}.`);
  return 0;
}

function requireScope(wanted: string): Scope {
  const scope = SCOPES.find((one) => one === wanted.trim());
  if (scope) return scope;
  throw new InvalidInputError('scopes', `There is no scope ${wanted}: take ${SCOPES.join(', ')}, separated by commas.`);
}
