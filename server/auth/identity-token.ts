import { createPublicKey } from 'node:crypto';
import { compactVerify } from 'jose';
import { isCustomerId, VISITOR_PREFIX } from '../domain/limits.ts';
import type { IdentityKey } from '../domain/ports/people.ts';
import { emailOrNull, nameOrNull } from './fields.ts';

const MAX_TOKEN_LENGTH = 8 * 1024;
const MAX_TTL_S = 60 * 60;
/** How far the clock of the site that signs may be off. */
const SKEW_S = 60;

export interface SigningKey extends Pick<IdentityKey, 'kid' | 'algorithm'> {
  /** Of HS256 the secret, of EdDSA the public key in PEM. */
  readonly secret: Buffer;
}

export interface Identified {
  readonly sub: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The key that vouched. */
  readonly kid: string;
}

export interface Check {
  readonly name: 'form' | 'kid' | 'alg' | 'signature' | 'sub' | 'aud' | 'iat' | 'exp' | 'nbf' | 'lifetime';
  readonly passed: boolean;
  /** What was found, and if it does not fit, what would. */
  readonly detail: string;
}

export interface IdentityCheck {
  readonly checks: readonly Check[];
  /** Null unless all passed. */
  readonly identified: Identified | null;
}

export interface Expectations { readonly keys: readonly SigningKey[]; readonly audience: string; readonly nowS: number }

/** Everything that an identity token has to be, one by one. A token counts only if all of it passes. Never throws because of what a token holds. */
export async function examine(token: string, { keys, audience, nowS }: Expectations): Promise<IdentityCheck> {
  const parts = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
  const [header, claims] = parts.map(readObject);
  if (parts.length !== 3 || !header || !claims) {
    const detail = token.length > MAX_TOKEN_LENGTH
      ? `It is longer than ${MAX_TOKEN_LENGTH} characters.`
      : 'It is not a JWT: three parts with dots between, of which the first two are JSON objects.';
    return { checks: [{ name: 'form', passed: false, detail }], identified: null };
  }
  const key = keys.find(({ kid }) => kid === header['kid']);
  const checks: Check[] = [
    { name: 'form', passed: true, detail: 'It is a JWT.' },
    kidOf(header, key, keys),
    algorithmOf(header, key),
    await signatureOf(token, header, key),
    ...claimsOf(claims, audience, nowS),
  ];
  const isGood = checks.every(({ passed }) => passed);
  const { sub, name, email } = claims;
  return { checks, identified: isGood && key ? { sub: String(sub), name: nameOrNull(name), email: emailOrNull(email), kid: key.kid } : null };
}

/** What a site may call a customer: the ids of anonymous visitors are ours. */
export function isSitesId(id: string): boolean {
  return isCustomerId(id) && !id.startsWith(VISITOR_PREFIX);
}

type Json = Readonly<Record<string, unknown>>;

function kidOf(header: Json, key: SigningKey | undefined, keys: readonly SigningKey[]): Check {
  if (key) return { name: 'kid', passed: true, detail: `The key is ${key.kid}.` };
  const known = keys.map(({ kid }) => kid).join(', ');
  return { name: 'kid', passed: false, detail: `The header's kid is ${show(header['kid'])}. Keys in use here: ${known}.` };
}

/** The key decides about the algorithm, never the token: else a public key would do as a shared one. */
function algorithmOf(header: Json, key: SigningKey | undefined): Check {
  if (!key) return { name: 'alg', passed: false, detail: 'Depends on the key.' };
  const passed = header['alg'] === key.algorithm;
  const problem = `The header's alg is ${show(header['alg'])}, and this key signs with ${key.algorithm}.`;
  return { name: 'alg', passed, detail: passed ? `It is ${key.algorithm}.` : problem };
}

async function signatureOf(token: string, header: Json, key: SigningKey | undefined): Promise<Check> {
  if (!key || header['alg'] !== key.algorithm) return { name: 'signature', passed: false, detail: 'Depends on key and algorithm.' };
  try {
    await compactVerify(token, key.algorithm === 'HS256' ? key.secret : createPublicKey(key.secret), { algorithms: [key.algorithm] });
    return { name: 'signature', passed: true, detail: 'It was made with this key.' };
  } catch {
    // jose says no more than that, and whatever it is, the token is refused.
    const detail = 'It was not made with this key over these first two parts. Is the secret whole, and taken as the text that it is?';
    return { name: 'signature', passed: false, detail };
  }
}

function claimsOf({ sub, aud, iat, exp, nbf }: Json, audience: string, nowS: number): Check[] {
  const isSub = typeof sub === 'string' && isSitesId(sub);
  const isAud = typeof aud === 'string' ? aud === audience : Array.isArray(aud) && aud.includes(audience) && aud.every((one) => typeof one === 'string');
  const isIat = isTime(iat) && iat <= nowS + SKEW_S;
  const isExp = isTime(exp) && exp >= nowS - SKEW_S;
  const isNbf = nbf === undefined || (isTime(nbf) && nbf <= nowS + SKEW_S);
  const lifetimeS = isTime(iat) && isTime(exp) ? exp - iat : Number.NaN;
  const isShort = lifetimeS > 0 && lifetimeS <= MAX_TTL_S;
  const badSub = `${sub === undefined ? 'It is missing' : `${show(sub)} is no customer's id`}: 1 to 255 bytes of text in NFC, no control characters, not beginning with ${VISITOR_PREFIX}.`;
  const future: Check[] = nbf === undefined ? [] : [{ name: 'nbf', passed: isNbf, detail: isNbf ? 'It is valid already.' : timeProblem(nbf, nowS, 'Valid', 'Leave it out.') }];
  return [
    { name: 'sub', passed: isSub, detail: isSub ? `The customer is ${show(sub)}.` : badSub },
    { name: 'aud', passed: isAud, detail: isAud ? 'It is for this installation.' : `${aud === undefined ? 'It is missing' : `It is for ${show(aud)}`}. This installation is ${audience}.` },
    { name: 'iat', passed: isIat, detail: isIat ? `Made ${away(iat, nowS)}.` : timeProblem(iat, nowS, 'Made', 'Is the clock of the site right?') },
    { name: 'exp', passed: isExp, detail: isExp ? `Ends ${away(exp, nowS)}.` : timeProblem(exp, nowS, 'Ended', 'Make a fresh one for each page.') },
    ...future,
    { name: 'lifetime', passed: isShort, detail: isShort ? `It lives for ${lifetimeS} s.` : `exp has to be after iat, by at most ${MAX_TTL_S} s.` },
  ];
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function timeProblem(value: unknown, nowS: number, what: string, mend: string): string {
  return isTime(value) ? `${what} ${away(value, nowS)}. ${mend}` : `${value === undefined ? 'It is missing' : `${show(value)} is no time`}: whole seconds since 1970, as a number.`;
}

function away(timeS: number, nowS: number): string {
  const seconds = Math.round(Math.abs(timeS - nowS));
  return timeS <= nowS ? `${seconds} s ago` : `in ${seconds} s`;
}

/** Short, whatever a token holds. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function readObject(part: string): Json | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    // No JSON: the caller says what is wrong with it.
    return null;
  }
}
