import { createHash, randomBytes } from 'node:crypto';
import { VISITOR_PREFIX } from '../domain/limits.ts';

/** The prefix says what a secret opens, to people and to secret scanners; it grants nothing. */
const PREFIXES = { customer: 'mcs_', agent: 'mca_', token: 'mct_', invite: 'mci_', password: 'mcp_' } as const;
export type SecretKind = keyof typeof PREFIXES;

/** 256 random bits. Told once to whoever it is for; only its hash is kept. */
export function newSecret(kind: SecretKind): string {
  return PREFIXES[kind] + randomBytes(32).toString('base64url');
}

/** Has the form of one of these kinds: what has not is refused without asking the store. */
export function isSecret(text: string, ...kinds: readonly SecretKind[]): boolean {
  return kinds.some((kind) => text.startsWith(PREFIXES[kind])) && /^mc[a-z]_[\w-]{43}$/.test(text);
}

/** SHA-256, hex. Secrets are random, so neither salt nor slowness is needed, and a lookup by hash leaks no timing of the secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function newVisitorId(): string {
  return VISITOR_PREFIX + randomBytes(16).toString('base64url');
}
