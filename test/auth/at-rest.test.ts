import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codeAt } from '../../server/auth/totp.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { bytesOf } from './base32.ts';
import { openAuth, PASSWORD, signedInAgent } from './open-auth.ts';

it('R16: no secret that was ever told is in the data folder', async () => {
  const auth = await openAuth();
  const told: string[] = [PASSWORD];
  for (let round = 0; round < 20; round += 1) {
    const visitor = await auth.sessions.startVisitor();
    const identityToken = await auth.identity.sign(`customer-${round}`);
    const customer = await auth.sessions.startCustomer({ identityToken, visitorToken: visitor.token });
    told.push(visitor.token, identityToken, customer.token, (await auth.links.createInvite(ITSELF, 'agent')).token);
  }
  const joined = await signedInAgent(auth);
  const again = await auth.sessions.signIn({ email: joined.agent.email, password: PASSWORD });
  const { secret: shared } = await auth.identityKeys.addShared(ITSELF);
  const { path } = await auth.links.createPasswordLink(ITSELF, joined.agent.id);
  const { secret: token } = await auth.tokens.create(ITSELF, { name: 'Shop', scopes: ['notes'], days: 1 });
  const self = { kind: 'agent', id: joined.agent.id, role: joined.agent.role } as const;
  const { secret, enrolment } = await auth.accounts.enrolSecondFactor(self, PASSWORD);
  const totp = bytesOf(secret);
  const codes = await auth.secondFactor.confirm(self, '', { enrolment, code: codeAt(totp, Math.floor(auth.clock.now() / 30_000)) });
  told.push(joined.secret, again.secret, path.split('=')[1] ?? '', token, secret, ...codes, ...codes.map((code) => code.replaceAll('-', '')));

  const names = (await readdir(auth.dataDir, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'root.key');
  const kept = Buffer.concat(await Promise.all(names.map((entry) => readFile(join(auth.dataDir, entry.name)))));
  expect(kept.includes(joined.agent.email)).toBe(true);
  const forms = [...told, ...told.map((secret) => secret.slice(4)), shared, Buffer.from(shared).toString('hex'), totp, totp.toString('hex'), totp.toString('base64url')];
  expect(forms.filter((secret) => kept.includes(secret))).toEqual([]);
});
