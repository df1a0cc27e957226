import { describe, expect, it } from 'vitest';
import type { Self } from '../../server/auth/second-factor.ts';
import { codeAt } from '../../server/auth/totp.ts';
import type { Agent, Viewer } from '../../server/domain/types.ts';
import { bytesOf } from './base32.ts';
import { MINUTE, openAuth, PASSWORD, signedInAgent, type TestAuth } from './open-auth.ts';

const STEP_MS = 30_000;
const self = ({ id, role }: Agent): Self => ({ kind: 'agent', id, role });

/** What the app on the agent's device does. */
const codeNow = (secret: string, auth: TestAuth): string => codeAt(bytesOf(secret), Math.floor(auth.clock.now() / STEP_MS));

/** Ana, signed in twice, with a second factor that was turned on in the second session a minute ago. */
async function enrolled() {
  const auth = await openAuth();
  const first = await signedInAgent(auth);
  const second = await auth.sessions.signIn({ email: first.agent.email, password: PASSWORD });
  const [before, current] = [(await auth.sessions.viewerOf(first.secret))!, (await auth.sessions.viewerOf(second.secret))!];
  const { secret, uri, enrolment } = await auth.accounts.enrolSecondFactor(self(first.agent), PASSWORD);
  const codes = await auth.secondFactor.confirm(self(first.agent), current.session.hash, { enrolment, code: codeNow(secret, auth) });
  auth.clock.advance(MINUTE);
  const signIn = (code?: string) => auth.sessions.signIn({ email: first.agent.email, password: PASSWORD, code });
  return { auth, agent: first.agent, secret, uri, codes, signIn, before, current };
}

const CODE = { name: 'InvalidInputError', field: 'code' };

describe('a second factor', () => {
  it('is asked for at sign-in, once it is on, and only after the right password', async () => {
    const { auth, agent, secret, signIn } = await enrolled();
    await expect(signIn()).rejects.toMatchObject({ ...CODE, message: expect.stringContaining('recovery') });
    await expect(signIn('000000')).rejects.toMatchObject(CODE);
    const wrong = { email: agent.email, password: 'a wrong password', code: codeNow(secret, auth) };
    await expect(auth.sessions.signIn(wrong)).rejects.toMatchObject({ field: 'password' });
    expect(await signIn(` ${codeNow(secret, auth).replace(/(...)/, '$1 ')}`)).toMatchObject({ agent: { id: agent.id, hasSecondFactor: true } });
  });

  it('takes a code once, also when it is used twice at the same time, and none that is older than one it took', async () => {
    const { auth, secret, signIn } = await enrolled();
    const code = codeNow(secret, auth);
    const racing = await Promise.allSettled([signIn(code), signIn(code)]);
    expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(signIn(code)).rejects.toMatchObject(CODE);
    const before = codeAt(bytesOf(secret), Math.floor(auth.clock.now() / STEP_MS) - 1);
    await expect(signIn(before)).rejects.toMatchObject(CODE);
    auth.clock.advance(STEP_MS);
    expect(await signIn(codeNow(secret, auth))).toMatchObject({ agent: { name: 'Ana' } });
  });

  it('takes not even the code again that turned it on', async () => {
    const { auth, secret, signIn } = await enrolled();
    auth.clock.advance(-MINUTE);
    await expect(signIn(codeNow(secret, auth))).rejects.toMatchObject(CODE);
  });

  it('comes with ten recovery codes, each good once, however it is typed, and for its owner alone', async () => {
    const { auth, agent, codes, signIn } = await enrolled();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
    const [first = '', second = ''] = codes;
    expect(await signIn(first.toLowerCase().replaceAll('-', ' '))).toMatchObject({ agent: { id: agent.id } });
    await expect(signIn(first)).rejects.toMatchObject(CODE);
    expect(await auth.store.people.recoveryCodesLeft(agent.id)).toBe(9);

    const ben = await signedInAgent(auth, 'Ben');
    const { secret, enrolment } = await auth.accounts.enrolSecondFactor(self(ben.agent), PASSWORD);
    await auth.secondFactor.confirm(self(ben.agent), '', { enrolment, code: codeNow(secret, auth) });
    await expect(auth.sessions.signIn({ email: ben.agent.email, password: PASSWORD, code: second })).rejects.toMatchObject(CODE);
    expect(await signIn(second)).toMatchObject({ agent: { id: agent.id } });
  });

  it('R11: ends the sessions that began without it, but for the one that turned it on', async () => {
    const { auth, before, current } = await enrolled();
    expect(await auth.sessions.renew(before)).toBeNull();
    expect(await auth.sessions.renew(current)).toMatchObject({ kind: 'agent' } satisfies Partial<Viewer>);
  });

  it('is on only once the app has shown that it works, within 15 minutes, for whom it was begun', async () => {
    const auth = await openAuth();
    const [ana, ben] = [await signedInAgent(auth), await signedInAgent(auth, 'Ben')];
    await expect(auth.accounts.enrolSecondFactor(self(ana.agent), 'a wrong password')).rejects.toMatchObject({ field: 'password' });
    const { secret, enrolment } = await auth.accounts.enrolSecondFactor(self(ana.agent), PASSWORD);
    const confirm = (agent: Agent, given: { enrolment: string; code: string }) => auth.secondFactor.confirm(self(agent), '', given);
    await expect(confirm(ana.agent, { enrolment, code: '000000' })).rejects.toMatchObject(CODE);
    await expect(confirm(ben.agent, { enrolment, code: codeNow(secret, auth) })).rejects.toMatchObject({ field: 'enrolment' });
    await expect(confirm(ana.agent, { enrolment: `${enrolment.slice(0, -4)}AAAA`, code: codeNow(secret, auth) })).rejects.toMatchObject({ field: 'enrolment' });
    expect(await auth.sessions.signIn({ email: ana.agent.email, password: PASSWORD })).toMatchObject({ agent: { hasSecondFactor: false } });
    auth.clock.advance(15 * MINUTE + 1);
    await expect(confirm(ana.agent, { enrolment, code: codeNow(secret, auth) })).rejects.toMatchObject({ field: 'enrolment' });
  });

  it('is turned off with the password and a code, and its recovery codes are void then', async () => {
    const { auth, agent, secret, codes, signIn } = await enrolled();
    const disable = (password: string, code: string) => auth.accounts.disableSecondFactor(self(agent), { password, code });
    await expect(disable('a wrong password', codeNow(secret, auth))).rejects.toMatchObject({ field: 'password' });
    await expect(disable(PASSWORD, '000000')).rejects.toMatchObject(CODE);
    const used = codeNow(secret, auth);
    await signIn(used);
    await expect(disable(PASSWORD, used)).rejects.toMatchObject(CODE);
    expect(await disable(PASSWORD, codes[0]!)).toMatchObject({ hasSecondFactor: false });
    expect(await signIn()).toMatchObject({ agent: { id: agent.id } });
    expect(await auth.store.people.recoveryCodesLeft(agent.id)).toBe(0);
  });

  it('is taken off by an admin for somebody who lost it, and by nobody for oneself', async () => {
    const { auth, agent, signIn } = await enrolled();
    const admin = (await signedInAgent(auth, 'Ada', 'admin')).agent;
    await expect(auth.secondFactor.reset(self(admin), admin.id)).rejects.toMatchObject({ field: 'agentId' });
    await expect(auth.secondFactor.reset(self(admin), 'nobody')).rejects.toMatchObject({ field: 'agentId' });
    expect(await auth.secondFactor.reset(self(admin), agent.id)).toMatchObject({ hasSecondFactor: false });
    expect(await signIn()).toMatchObject({ agent: { id: agent.id } });
  });
});
