import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openKeyring } from '../../server/auth/keyring.ts';
import { openAuth, PASSWORD, signedInAgent } from './open-auth.ts';

it('R16: no secret that was ever told is in the data folder', async () => {
  const auth = await openAuth();
  const told: string[] = [PASSWORD];
  for (let round = 0; round < 20; round += 1) {
    const visitor = await auth.sessions.startVisitor();
    const identityToken = await auth.identity.sign(`customer-${round}`);
    const customer = await auth.sessions.startCustomer({ identityToken, visitorToken: visitor.token });
    told.push(visitor.token, identityToken, customer.token, await auth.invites.createInvite('agent'));
  }
  const joined = await signedInAgent(auth);
  const again = await auth.sessions.signIn({ email: joined.agent.email, password: PASSWORD });
  const [key] = await auth.store.people.identityKeys();
  const shared = (await openKeyring(auth.dataDir)).open('identity keys', key!.kid, key!.sealedSecret)!;
  told.push(joined.secret, again.secret);

  const names = (await readdir(auth.dataDir, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'root.key');
  const kept = Buffer.concat(await Promise.all(names.map((entry) => readFile(join(auth.dataDir, entry.name)))));
  expect(kept.includes(joined.agent.email)).toBe(true);
  const forms = [...told, ...told.map((secret) => secret.slice(4)), shared.toString('base64url'), shared.toString('hex'), shared];
  expect(forms.filter((secret) => kept.includes(secret))).toEqual([]);
});
