import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { post } from '../_util/wire.ts';

let nowMs = 0;
const app = useApp({ mode: 'production', monotonic: () => nowMs, env: { RATE_LIMITS: 'on' } });
const proxied = useApp({ mode: 'production', monotonic: () => nowMs, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: 'loopback' } });

const RESULT = '{ __typename ... on InvalidInputError { field reason } ... on RateLimitedError { retryAfterMs } }';
const SIGN_IN = `mutation In($input: SignInInput!) { outcome: signIn(input: $input) ${RESULT} }`;
const JOIN = `mutation Join($input: AcceptInviteInput!) { outcome: acceptInvite(input: $input) ${RESULT} }`;
const EMAIL = 'ana@example.com';
const PASSWORD = 'correct horse battery';

async function ask(url: string, query: string, input: object, address = '203.0.113.1'): Promise<{ __typename: string; retryAfterMs?: number }> {
  const { body } = await post(url, { query, variables: { input } }, { 'x-forwarded-for': address });
  return (JSON.parse(body) as { data: { outcome: { __typename: string } } }).data.outcome;
}

const hire = ({ url, setupLink }: typeof app): Promise<{ __typename: string }> => (
  ask(url, JOIN, { token: setupLink?.split('#invite=')[1], name: 'Ana', email: EMAIL, password: PASSWORD })
);

/** A guess costs a hash, on purpose: about a quarter of a second of a free core. */
describe('who guesses passwords', { timeout: 60_000 }, () => {
  it('R13 is stopped after 10 from one address, whatever X-Forwarded-For says, known and unknown accounts alike', async () => {
    expect(await hire(app)).toMatchObject({ __typename: 'SignInPayload' });
    expect(await ask(app.url, SIGN_IN, { email: EMAIL, password: PASSWORD })).toMatchObject({ __typename: 'SignInPayload' });
    const guesses = await inParallel(range(190), 4, (index) => (
      ask(app.url, SIGN_IN, { email: index % 2 ? EMAIL : `nobody${index}@example.com`, password: `guess ${index}` }, `198.51.100.${index}`)
    ));
    expect(guesses.filter(({ __typename }) => __typename === 'InvalidInputError')).toHaveLength(10);
    expect(guesses.filter(({ __typename }) => __typename === 'RateLimitedError')).toHaveLength(180);
    expect(guesses.at(-1)).toMatchObject({ retryAfterMs: 60_000 });
    expect(await ask(app.url, SIGN_IN, { email: EMAIL, password: PASSWORD })).toMatchObject({ __typename: 'RateLimitedError' });
    // The operator learns once that nobody's word about addresses is taken.
    expect(app.logged.map(({ msg }) => msg)).toEqual([expect.stringContaining('TRUSTED_PROXIES')]);

    nowMs += 60_000;
    expect(await ask(app.url, SIGN_IN, { email: EMAIL, password: PASSWORD })).toMatchObject({ __typename: 'SignInPayload' });
  });

  it('R13 shuts nobody else out: the right password works from another address, unless the account itself is guessed at from many', async () => {
    await hire(proxied);
    const guess = (index: number, address: string) => ask(proxied.url, SIGN_IN, { email: index % 2 ? EMAIL : EMAIL.toUpperCase(), password: `guess ${index}` }, address);
    for (const index of range(12)) await guess(index, '198.51.100.1');
    expect(await ask(proxied.url, SIGN_IN, { email: EMAIL, password: PASSWORD }, '198.51.100.2')).toMatchObject({ __typename: 'SignInPayload' });
    expect((await guess(1, '198.51.100.1')).__typename).toBe('RateLimitedError');

    for (const index of range(10)) expect((await guess(index, `198.51.100.${10 + index}`)).__typename).toBe('InvalidInputError');
    expect(await guess(1, '198.51.100.30')).toMatchObject({ __typename: 'RateLimitedError', retryAfterMs: 300_000 });
    expect(await ask(proxied.url, SIGN_IN, { email: 'ben@example.com', password: 'x' }, '198.51.100.30')).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('hashes nothing for who tries links that are none, after 10', async () => {
    const input = { token: `mci_${'A'.repeat(43)}`, name: 'Eve', email: 'eve@example.com', password: PASSWORD };
    const outcomes = await inParallel(range(15), 2, () => ask(proxied.url, JOIN, input, '198.51.100.99'));
    expect(outcomes.filter(({ __typename }) => __typename === 'RateLimitedError')).toHaveLength(5);
  });
});
