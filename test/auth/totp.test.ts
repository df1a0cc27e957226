import { describe, expect, it } from 'vitest';
import { base32, codeAt, otpauthUri, stepOf } from '../../server/auth/totp.ts';

/** The secret of the test vectors of RFC 4226 appendix D and RFC 6238 appendix B. */
const SECRET = Buffer.from('12345678901234567890');

describe('one-time passwords', () => {
  it('are those of RFC 4226 appendix D', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => codeAt(SECRET, counter));
    expect(codes).toEqual(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']);
  });

  it.each([
    [59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037'], [20_000_000_000, '353130'],
  ])('are those of RFC 6238 appendix B, cut to six digits, at %i s', (seconds, code) => {
    expect(stepOf(SECRET, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  it('count one step before and after, and no further', () => {
    const step = 1_000_000;
    const accepted = [-2, -1, 0, 1, 2].map((away) => stepOf(SECRET, codeAt(SECRET, step + away), step * 30_000));
    expect(accepted).toEqual([null, step - 1, step, step + 1, null]);
    for (const code of ['', '12345', '1234567', 'abcdef', '７５５２２４']) expect(stepOf(SECRET, code, step * 30_000), code).toBeNull();
  });

  it('come from a secret in Base32, as RFC 4648 §10 has it, and from an address for a QR code', () => {
    const encoded = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text)));
    expect(encoded).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
    expect(otpauthUri(SECRET, 'ana+x@example.com'))
      .toBe('otpauth://totp/Minicom:ana%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Minicom&algorithm=SHA1&digits=6&period=30');
  });
});
