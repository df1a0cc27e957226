import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPasswords, requirePassword } from '../../server/auth/passwords.ts';
import { InvalidInputError, RateLimitedError } from '../../server/domain/errors.ts';

describe('passwords', () => {
  it('match what was hashed, and nothing else', async () => {
    const passwords = createPasswords();
    const encoded = await passwords.hash('correct horse battery');
    expect(encoded).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwords.matches('correct horse battery', encoded)).toBe(true);
    expect(await passwords.matches('correct horse batterx', encoded)).toBe(false);
    expect(await passwords.matches('', encoded)).toBe(false);
  });

  it('have a salt of their own', async () => {
    const passwords = createPasswords();
    expect(await passwords.hash('correct horse battery')).not.toBe(await passwords.hash('correct horse battery'));
  });

  it('are the same password however the keyboard composes its letters', async () => {
    const passwords = createPasswords();
    const encoded = await passwords.hash('zw\u00f6lf Zeichen!');
    expect(await passwords.matches('zwo\u0308lf Zeichen!', encoded)).toBe(true);
  });

  it('match with the parameters they were hashed with', async () => {
    const encoded = '$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$';
    const key = scryptSync('an older password', Buffer.alloc(16), 32, { N: 16, r: 8, p: 1 }).toString('base64url');
    expect(await createPasswords().matches('an older password', encoded + key)).toBe(true);
  });

  it('R13: nobody’s password is never right, and takes the work of a real one', async () => {
    const before = process.cpuUsage();
    expect(await createPasswords().matches('whatever it is', null)).toBe(false);
    // Far below what the work costs on any machine, far above what an early answer would.
    expect(process.cpuUsage(before).user).toBeGreaterThan(20_000);
  });

  it('one is hashed at a time and eight wait; who comes then is told when to come again', async () => {
    const passwords = createPasswords();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => passwords.matches('whatever it is', null)));
    expect(answers.map((answer) => answer.status)).toEqual([...Array<string>(9).fill('fulfilled'), 'rejected']);
    const refused = answers.at(-1);
    expect(refused?.status === 'rejected' && refused.reason).toEqual(new RateLimitedError(1_000));
    expect(await passwords.matches('the row is empty', null)).toBe(false);
  });

  it.each([
    ['eleven characters', 'x'.repeat(11), false],
    ['twelve characters', 'x'.repeat(12), true],
    ['twelve emoji', '🐎'.repeat(12), true],
    ['six emoji, though twelve code units', '🐎'.repeat(6), false],
    ['256 characters', 'x'.repeat(256), true],
    ['257 characters', 'x'.repeat(257), false],
  ])('need 12 to 256 characters: %s', (_title, password, fits) => {
    if (fits) expect(requirePassword(password)).toBe(password);
    else expect(() => requirePassword(password)).toThrow(InvalidInputError);
  });
});
