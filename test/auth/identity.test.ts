import { createHmac, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAuth } from '../../server/auth/auth.ts';
import { openKeyring } from '../../server/auth/keyring.ts';
import { ITSELF } from '../../server/domain/audit.ts';
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
  const { key, secret: text } = await auth.identityKeys.addShared(ITSELF);
  const secret = Buffer.from(text);
  const nowS = auth.clock.now() / 1000;
  const claims = { sub: 'alice', aud: await auth.store.people.installId(), iat: nowS, exp: nowS + 600 };
  return { auth, nowS, claims, headers: { alg: 'HS256', kid: key.kid }, secret };
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
    expect(await auth.identity.verify(await sign(claims, headers, secret))).toEqual({ sub: 'alice', name: null, email: null, kid: headers.kid });
    const named = await sign({ ...claims, name: ' Alice ', email: 'alice@example.com', nbf: claims.iat!, jti: 'x' }, headers, secret);
    expect(await auth.identity.verify(named)).toMatchObject({ sub: 'alice', name: 'Alice', email: 'alice@example.com' });
    const forSeveral = await sign({ ...claims, aud: ['elsewhere', String(claims.aud)] }, headers, secret);
    expect(await auth.identity.verify(forSeveral)).toMatchObject({ sub: 'alice' });
  });

  it('R8: names and addresses that cannot be shown do not keep anybody out', async () => {
    const { auth, claims, headers, secret } = await openSite();
    const odd = await sign({ ...claims, name: `a\u0000${'b'.repeat(300)}`, email: 'nobody' }, headers, secret);
    expect(await auth.identity.verify(odd)).toMatchObject({ sub: 'alice', name: `a ${'b'.repeat(78)}`, email: null });
    const wrong = await sign({ ...claims, name: 7, email: null }, headers, secret);
    expect(await auth.identity.verify(wrong)).toMatchObject({ sub: 'alice', name: null, email: null, kid: headers.kid });
  });

  it('R8: that we sign ourselves are accepted, until they expire', async () => {
    const { identity, clock } = await openAuth();
    const token = await identity.sign('alice', { name: 'Alice', ttlS: 30 });
    clock.advance(90_000);
    expect(await identity.verify(token)).toEqual({ sub: 'alice', name: 'Alice', email: null, kid: 'minicom' });
    clock.advance(1_000);
    await expect(identity.verify(token)).rejects.toEqual(GENERIC);
  });

  it('R8, R21: are refused, all with one answer, if they are bad in any way', async () => {
    const { auth, nowS, claims, headers, secret } = await openSite();
    const { kid: edwardsKid } = await auth.identityKeys.addPublic(ITSELF, EDWARDS_PEM);
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
    const { kid } = await auth.identityKeys.addPublic(ITSELF, EDWARDS_PEM);
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
  const publicPem = () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it('of a site are two at most, and the next takes a place that was given up', async () => {
    const { identityKeys } = await openAuth();
    const { key } = await identityKeys.addShared(ITSELF);
    const racing = await Promise.allSettled([identityKeys.addShared(ITSELF), identityKeys.addPublic(ITSELF, publicPem())]);
    expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(identityKeys.addShared(ITSELF)).rejects.toMatchObject({ field: 'publicKey' });
    await identityKeys.retire(ITSELF, key.kid);
    await expect(identityKeys.retire(ITSELF, key.kid)).rejects.toMatchObject({ field: 'kid' });
    expect(await identityKeys.addPublic(ITSELF, publicPem())).toMatchObject({ algorithm: 'EdDSA', retiredAt: null });
  });

  it('R11: retired, are refused at once, and the sessions that they vouched for end; those of other keys do not', async () => {
    const { auth, claims, headers, secret } = await openSite();
    const token = await sign(claims, headers, secret);
    const vouched = await auth.sessions.startCustomer({ identityToken: token });
    const other = await auth.sessions.startCustomer({ identityToken: await auth.identity.sign('alice') });
    await auth.identityKeys.retire(ITSELF, headers.kid!);
    await expect(auth.identity.verify(token)).rejects.toEqual(GENERIC);
    expect(await auth.sessions.viewerOf(vouched.token)).toBeNull();
    expect(await auth.sessions.viewerOf(other.token)).toMatchObject({ id: 'alice' });
  });

  it('that are public are Ed25519 in PEM, and never the private half', async () => {
    const { identityKeys } = await openAuth();
    const privatePem = EDWARDS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const pem of ['', 'x', privatePem, rsa, EDWARDS_PEM.replace('A', '!')]) {
      await expect(identityKeys.addPublic(ITSELF, pem), pem).rejects.toMatchObject({ field: 'publicKey' });
    }
  });

  it('that another root key sealed are named, and their tokens are refused', async () => {
    const { auth, claims, headers, secret } = await openSite();
    const { clock, store } = auth;
    const warnings: unknown[] = [];
    const log = { warn: (given: unknown) => { warnings.push(given); } };
    const moved = await createAuth({ people: store.people, audit: store.audit, clock, dataDir: await temporaryFolder(), hasBot: true, log });
    expect(warnings).toEqual([{ kids: [headers.kid] }]);
    await expect(moved.identity.verify(await sign(claims, headers, secret))).rejects.toEqual(GENERIC);
    await expect(moved.identity.verify(await auth.identity.sign('alice'))).rejects.toEqual(GENERIC);
    expect(await moved.identity.verify(await moved.identity.sign('alice'))).toMatchObject({ sub: 'alice' });
  });
});

describe('the check of an identity token', () => {
  it('says of each thing whether it passes, and never another verdict than the exchange', async () => {
    const { auth, nowS, claims, headers, secret } = await openSite();
    const failing = async (token: string): Promise<string[]> => {
      const { checks, identified } = await auth.identity.check(token);
      const accepted = await refusalOf(auth, token);
      expect(identified !== null).toBe(accepted === 'accepted');
      return checks.filter(({ passed }) => !passed).map(({ name }) => name);
    };
    const with_ = (more: JWTPayload) => sign({ ...claims, ...more }, headers, secret);
    expect(await failing(await with_({}))).toEqual([]);
    expect(await failing('garbage')).toEqual(['form']);
    expect(await failing('')).toEqual(['form']);
    expect(await failing('x'.repeat(9_000))).toEqual(['form']);
    expect(await failing(await sign(claims, { ...headers, kid: 'unknown' }, secret))).toEqual(['kid', 'alg', 'signature']);
    expect(await failing(signByHand(claims, { ...headers, alg: 'HS512' }, secret, 'sha512'))).toEqual(['alg', 'signature']);
    expect(await failing(await sign(claims, headers, randomBytes(32)))).toEqual(['signature']);
    expect(await failing(await with_({ sub: 'visitor_x' }))).toEqual(['sub']);
    expect(await failing(await with_({ aud: 'elsewhere' }))).toEqual(['aud']);
    expect(await failing(await with_({ iat: nowS - 600, exp: nowS - 120 }))).toEqual(['exp']);
    expect(await failing(await with_({ iat: nowS + 120 }))).toEqual(['iat']);
    expect(await failing(await with_({ nbf: nowS + 600 }))).toEqual(['nbf']);
    expect(await failing(await with_({ exp: nowS + 7_200 }))).toEqual(['lifetime']);
  });
});
