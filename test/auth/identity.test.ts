import { createHmac, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../../server/auth/auth.ts';
import { createIdentity } from '../../server/auth/identity.ts';
import { openKeyring } from '../../server/auth/keyring.ts';
import { InvalidInputError } from '../../server/domain/errors.ts';
import { openAuth, type TestAuth } from './open-auth.ts';
import { temporaryFolder } from './temporary-folder.ts';

const EDWARDS = generateKeyPairSync('ed25519');
const EDWARDS_PEM = EDWARDS.publicKey.export({ type: 'spki', format: 'pem' }).toString();

interface Site {
  readonly auth: TestAuth;
  readonly nowS: number;
  readonly claims: JWTPayload;
  readonly headers: JWTHeaderParameters;
  readonly secret: Uint8Array;
}

/** What a site knows that signs with the installation's shared key. */
async function openSite(): Promise<Site> {
  const auth = await openAuth();
  const [key] = await auth.store.people.identityKeys();
  const secret = (await openKeyring(auth.dataDir)).open('identity keys', key!.kid, key!.sealedSecret)!;
  const nowS = auth.clock.now() / 1000;
  const claims = { sub: 'alice', aud: await auth.store.people.installId(), iat: nowS, exp: nowS + 600 };
  return { auth, nowS, claims, headers: { alg: 'HS256', kid: key!.kid }, secret };
}

const sign = (claims: JWTPayload, headers: JWTHeaderParameters, key: Uint8Array | KeyObject): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(headers).sign(key);

/** Signed by hand, rightly, whatever it says: a library would not let us. */
function signByHand(claims: unknown, headers: object, secret: Uint8Array, hash = 'sha256'): string {
  const input = [headers, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}

async function refusalOf(auth: TestAuth, token: string): Promise<unknown> {
  return auth.identity.verify(token).then(() => 'accepted', (error: unknown) => error);
}

const GENERIC = new InvalidInputError('identityToken', 'This identity token is not valid here, or not any more.');

describe('identity tokens', () => {
  it('R8: say who the customer is', async () => {
    const { auth, claims, headers, secret } = await openSite();
    expect(await auth.identity.verify(await sign(claims, headers, secret))).toEqual({ sub: 'alice', name: null, email: null });
    const named = await sign({ ...claims, name: ' Alice ', email: 'alice@example.com', nbf: claims.iat!, jti: 'x' }, headers, secret);
    expect(await auth.identity.verify(named)).toEqual({ sub: 'alice', name: 'Alice', email: 'alice@example.com' });
    const forSeveral = await sign({ ...claims, aud: ['elsewhere', String(claims.aud)] }, headers, secret);
    expect(await auth.identity.verify(forSeveral)).toMatchObject({ sub: 'alice' });
  });

  it('R8: names and addresses that cannot be shown do not keep anybody out', async () => {
    const { auth, claims, headers, secret } = await openSite();
    const odd = await sign({ ...claims, name: `a\u0000${'b'.repeat(300)}`, email: 'nobody' }, headers, secret);
    expect(await auth.identity.verify(odd)).toEqual({ sub: 'alice', name: `a ${'b'.repeat(78)}`, email: null });
    const wrong = await sign({ ...claims, name: 7, email: null }, headers, secret);
    expect(await auth.identity.verify(wrong)).toEqual({ sub: 'alice', name: null, email: null });
  });

  it('R8: that we sign ourselves are accepted, until they expire', async () => {
    const { identity, clock } = await openAuth();
    const token = await identity.sign('alice', { name: 'Alice', ttlS: 30 });
    clock.advance(90_000);
    expect(await identity.verify(token)).toEqual({ sub: 'alice', name: 'Alice', email: null });
    clock.advance(1_000);
    await expect(identity.verify(token)).rejects.toEqual(GENERIC);
  });

  it('R8, R21: are refused, all with one answer, if they are bad in any way', async () => {
    const { auth, nowS, claims, headers, secret } = await openSite();
    const edwardsKid = await auth.identity.addPublicKey(EDWARDS_PEM);
    const good = signByHand(claims, headers, secret);
    const [head, body, signature] = good.split('.') as [string, string, string];
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const byHand = (claimed: unknown, header: object = headers) => signByHand(claimed, header, secret);
    const without = (name: string) => sign(Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)), headers, secret);
    const withClaims = (more: JWTPayload) => sign({ ...claims, ...more }, headers, secret);
    const withHeaders = (more: Partial<JWTHeaderParameters>, key: Uint8Array | KeyObject = secret) => sign(claims, { ...headers, ...more }, key);

    const bad: Record<string, string | Promise<string>> = {
      'empty': '',
      'garbage': 'garbage',
      'three empty parts': '..',
      'another secret': sign(claims, headers, randomBytes(32)),
      'no signature': `${head}.${body}.`,
      'a changed body': `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url')}.${signature}`,
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none with our kid': `${Buffer.from(JSON.stringify({ alg: 'none', kid: headers.kid })).toString('base64url')}.${body}.`,
      'RS256 under the kid of a shared key': withHeaders({ alg: 'RS256' }, rsa.privateKey),
      'HS512 with the right secret': signByHand(claims, { ...headers, alg: 'HS512' }, secret, 'sha512'),
      'EdDSA under the kid of a shared key': withHeaders({ alg: 'EdDSA' }, EDWARDS.privateKey),
      'HS256 under the kid of a public key, keyed with its PEM': withHeaders({ kid: edwardsKid }, Buffer.from(EDWARDS_PEM)),
      'another EdDSA key': withHeaders({ alg: 'EdDSA', kid: edwardsKid }, generateKeyPairSync('ed25519').privateKey),
      'no kid': withHeaders({ kid: undefined }),
      'an unknown kid': withHeaders({ kid: 'unknown' }),
      'a kid that is a path': withHeaders({ kid: '../../dev/null' }),
      'a critical extension': byHand(claims, { ...headers, crit: ['x'], x: 1 }),
      'a body that is no object': byHand('alice'),
      'a body that is null': byHand(null),
      'a sub that is a number': byHand({ ...claims, sub: 7 }),
      'a sub that is a list': byHand({ ...claims, sub: ['alice'] }),
      'an exp that is a text': byHand({ ...claims, exp: String(claims.exp) }),
      'no sub': without('sub'),
      'no aud': without('aud'),
      'no iat': without('iat'),
      'no exp': without('exp'),
      'the aud of another installation': withClaims({ aud: 'elsewhere' }),
      'nobody’s aud': withClaims({ aud: [] }),
      'expired for 61 s': withClaims({ iat: nowS - 600, exp: nowS - 61 }),
      'expired for 120 s': withClaims({ iat: nowS - 600, exp: nowS - 120 }),
      'made in 61 s': withClaims({ iat: nowS + 61 }),
      'made in 61 s, though valid from now on': withClaims({ iat: nowS + 61, nbf: nowS }),
      'nbf in 61 s': withClaims({ nbf: nowS + 61 }),
      'nbf in 10 min': withClaims({ nbf: nowS + 600 }),
      'longer than an hour': withClaims({ exp: nowS + 3601 }),
      'an exp before its iat': withClaims({ exp: nowS - 1 }),
      'an exp for ever': withClaims({ exp: Number.MAX_VALUE }),
      'an empty sub': withClaims({ sub: '' }),
      'a sub of 256 bytes': withClaims({ sub: 'é'.repeat(128) }),
      'a sub of 1 MB': withClaims({ sub: 'x'.repeat(1_000_000) }),
      'a sub that is a folder': withClaims({ sub: '..' }),
      'a sub with a control character': withClaims({ sub: 'ali\u0000ce' }),
      'a sub with half a character': withClaims({ sub: 'alice\ud83d' }),
      'R21 a sub that is not in NFC': withClaims({ sub: 'e\u0301' }),
      'a visitor’s sub': withClaims({ sub: 'visitor_AAAAAAAAAAAAAAAAAAAAAA' }),
      'more than 8 KB': withClaims({ more: 'x'.repeat(8 * 1024) }),
    };
    expect(await auth.identity.verify(good)).toMatchObject({ sub: 'alice' });
    const answers: Record<string, unknown> = {};
    for (const [name, token] of Object.entries(bad)) answers[name] = await refusalOf(auth, await token);
    expect(answers).toEqual(Object.fromEntries(Object.keys(bad).map((name) => [name, GENERIC])));
  });

  it('R8: forgive a clock that is 60 s off, either way', async () => {
    const { auth, nowS, claims, headers, secret } = await openSite();
    const accepted = [{ iat: nowS + 60, exp: nowS + 660 }, { nbf: nowS + 60 }, { iat: nowS - 660, exp: nowS - 60 }, { exp: nowS + 3600 }];
    for (const times of accepted) {
      expect(await refusalOf(auth, await sign({ ...claims, ...times }, headers, secret)), JSON.stringify(times)).toBe('accepted');
    }
  });

  it('R8: may be signed with an Ed25519 key, of which only the public half is kept', async () => {
    const { auth, claims } = await openSite();
    const kid = await auth.identity.addPublicKey(EDWARDS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await auth.identity.verify(await sign(claims, { alg: 'EdDSA', kid }, EDWARDS.privateKey))).toMatchObject({ sub: 'alice' });
    const kept = (await auth.store.people.identityKeys()).find((key) => key.kid === kid)!;
    const opened = (await openKeyring(auth.dataDir)).open('identity keys', kid, kept.sealedSecret)!.toString();
    expect(opened).toBe(EDWARDS_PEM);
    expect(await auth.identity.verify(await auth.identity.sign('alice'))).toMatchObject({ sub: 'alice' });
  });

  it('are signed only for ids that a site may use', async () => {
    const { identity } = await openAuth();
    for (const id of ['', '..', 'visitor_x', 'a\nb', 'x'.repeat(256)]) {
      await expect(identity.sign(id), id).rejects.toMatchObject({ name: 'InvalidInputError', field: 'customerId' });
    }
  });
});

describe('identity keys', () => {
  it('are made once', async () => {
    const { store, dataDir, clock } = await openAuth();
    const log = { warn: () => { throw new Error('nothing to warn about'); } };
    await createAuth({ people: store.people, clock, dataDir, hasBot: () => true, log });
    expect(await store.people.identityKeys()).toMatchObject([{ algorithm: 'HS256' }]);
  });

  it('that another root key sealed are named; a new one is made, and their tokens are refused', async () => {
    const { store, clock, identity } = await openAuth();
    const [old] = await store.people.identityKeys();
    const token = await identity.sign('alice');
    const moved = createIdentity({ people: store.people, clock, keyring: await openKeyring(await temporaryFolder()) });
    expect(await moved.ensureKey()).toEqual([old!.kid]);
    await expect(moved.verify(token)).rejects.toEqual(GENERIC);
    expect(await moved.verify(await moved.sign('alice'))).toMatchObject({ sub: 'alice' });
  });
});
