import { InvalidInputError } from '../domain/errors.ts';

/** The checks of what people and sites say about themselves. */

const MAX_NAME_CHARACTERS = 80;
const MAX_EMAIL_LENGTH = 254;

/** 1 to 80 characters, without control characters. @throws InvalidInputError */
export function requireName(name: string): string {
  const trimmed = name.trim();
  const { length } = [...trimmed];
  const fits = length > 0 && length <= MAX_NAME_CHARACTERS && !/\p{Cc}/u.test(trimmed) && trimmed.isWellFormed();
  if (!fits) throw new InvalidInputError('name', `The name needs 1 to ${MAX_NAME_CHARACTERS} characters.`);
  return trimmed;
}

/** Something before and after one @: whether anybody reads it is not for us to say. @throws InvalidInputError */
export function requireEmail(email: string): string {
  const fitting = emailOrNull(email);
  if (fitting === null) throw new InvalidInputError('email', 'This does not look like an e-mail address.');
  return fitting;
}

/** A name as a site's token has it, cut to what can be shown. */
export function nameOrNull(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const clean = name.toWellFormed().replace(/\p{Cc}+/gu, ' ').trim();
  return [...clean].slice(0, MAX_NAME_CHARACTERS).join('') || null;
}

export function emailOrNull(email: unknown): string | null {
  if (typeof email !== 'string') return null;
  const trimmed = email.trim();
  return /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(trimmed) && trimmed.length <= MAX_EMAIL_LENGTH && trimmed.isWellFormed() ? trimmed : null;
}
