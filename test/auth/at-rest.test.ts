import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ITSELF } from '../../server/domain/audit.ts';
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
  told.push(joined.secret, again.secret);

  const names = (await readdir(auth.dataDir, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'root.key');
  const kept = Buffer.concat(await Promise.all(names.map((entry) => readFile(join(auth.dataDir, entry.name)))));
  expect(kept.includes(joined.agent.email)).toBe(true);
  const forms = [...told, ...told.map((secret) => secret.slice(4)), shared, Buffer.from(shared).toString('hex')];
  expect(forms.filter((secret) => kept.includes(secret))).toEqual([]);
});
