import { describe, expect, it } from 'vitest';
import { createLiveSessions } from '../../server/auth/live.ts';
import { UnavailableError } from '../../server/domain/errors.ts';
import type { People } from '../../server/domain/ports/people.ts';
import type { Viewer } from '../../server/domain/types.ts';
import { DAY, HOUR, openAuth, PASSWORD, signedInAgent, type TestAuth } from './open-auth.ts';

async function visitor({ sessions }: TestAuth): Promise<Viewer> {
  const { token } = await sessions.startVisitor();
  return (await sessions.viewerOf(token))!;
}

async function identified({ sessions, identity }: TestAuth, customerId: string) {
  const { token } = await sessions.startCustomer({ identityToken: await identity.sign(customerId) });
  return { token, viewer: (await sessions.viewerOf(token))! };
}

describe('live sessions', () => {
  it('R11: the end of a session ends all its connections, once, and no other’s', async () => {
    const auth = await openAuth();
    const [leaving, staying] = [await visitor(auth), await visitor(auth)];
    const ended: string[] = [];
    auth.live.open(leaving, () => ended.push('first'));
    auth.live.open(leaving, () => ended.push('second'));
    auth.live.open(staying, () => ended.push('staying'));
    await auth.live.hasten();
    expect(ended).toEqual([]);

    await auth.sessions.signOut(leaving);
    await auth.live.hasten();
    expect(ended).toEqual(['first', 'second']);
    await auth.live.hasten();
    expect(ended).toHaveLength(2);
  });

  it('R11: reaches a connection by itself, within five seconds', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    auth.live.start();
    const end = new Promise<void>((resolve) => { auth.live.open(viewer, resolve); });
    await auth.sessions.signOut(viewer);
    const deadline = AbortSignal.timeout(5_000);
    await Promise.race([end, new Promise((_resolve, reject) => { deadline.onabort = () => reject(new Error('still open after 5 s')); })]);
  });

  it('R11: reaches a connection that opened while its session was being ended', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    await auth.sessions.signOut(viewer);
    auth.clock.advance(2_000);
    await auth.live.hasten();
    let ended = false;
    auth.live.open(viewer, () => { ended = true; });
    await auth.live.hasten();
    expect(ended).toBe(true);
  });

  it('R11: the visitor who identifies is gone from the visitor’s connections', async () => {
    const auth = await openAuth();
    const { token } = await auth.sessions.startVisitor();
    let ended = false;
    auth.live.open((await auth.sessions.viewerOf(token))!, () => { ended = true; });
    await auth.sessions.startCustomer({ identityToken: await auth.identity.sign('alice'), visitorToken: token });
    await auth.live.hasten();
    expect(ended).toBe(true);
  });

  it('R12: a session that expires ends its connections', async () => {
    const auth = await openAuth();
    const { viewer } = await identified(auth, 'alice');
    let ended = false;
    auth.live.open(viewer, () => { ended = true; });
    auth.clock.advance(DAY - 1);
    await auth.live.hasten();
    expect(ended).toBe(false);
    auth.clock.advance(1);
    await auth.live.hasten();
    expect(ended).toBe(true);
  });

  it('R12: a session that was used elsewhere lives on, and waiting on a connection is not using it', async () => {
    const auth = await openAuth();
    const { secret } = await signedInAgent(auth);
    let ended = false;
    auth.live.open((await auth.sessions.viewerOf(secret))!, () => { ended = true; });
    auth.clock.advance(10 * HOUR);
    await auth.sessions.viewerOf(secret);
    for (let hour = 10; hour < 21; hour += 1) {
      auth.clock.advance(HOUR);
      await auth.live.hasten();
      expect(ended, `${hour + 1} h`).toBe(false);
    }
    auth.clock.advance(HOUR);
    await auth.live.hasten();
    expect(ended).toBe(true);
  });

  it('R12: a clock that is set back hides no revocation', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    let ended = false;
    auth.live.open(viewer, () => { ended = true; });
    await auth.live.hasten();
    auth.clock.advance(-HOUR);
    await auth.sessions.signOut(viewer);
    await auth.live.hasten();
    expect(ended).toBe(true);
  });

  it('a connection that was taken off is not ended', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    const close = auth.live.open(viewer, () => { throw new Error('this one is closed'); });
    close();
    close();
    await auth.sessions.signOut(viewer);
    await auth.live.hasten();
    expect(auth.warnings).toEqual([]);
  });

  it('one that cannot be ended does not keep the others open', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    let ended = false;
    auth.live.open(viewer, () => { throw new Error('stuck'); });
    auth.live.open(viewer, () => { ended = true; });
    await auth.sessions.signOut(viewer);
    await auth.live.hasten();
    expect(ended).toBe(true);
    expect(auth.warnings).toEqual(['a connection could not be ended']);
  });

  it('a tick that fails is told, and the next one makes up for it, however late', async () => {
    const auth = await openAuth();
    const viewer = await visitor(auth);
    let failing = true;
    const people: People = {
      ...auth.store.people,
      revokedSince: async (since) => {
        if (failing) throw new UnavailableError('TRY_AGAIN', 1_000);
        return auth.store.people.revokedSince(since);
      },
    };
    const warnings: unknown[] = [];
    const live = createLiveSessions({ people, clock: auth.clock, log: { warn: (...given: unknown[]) => { warnings.push(given); } } });
    let ended = false;
    live.open(viewer, () => { ended = true; });
    await auth.sessions.signOut(viewer);
    for (let minute = 0; minute < 3; minute += 1) {
      auth.clock.advance(60_000);
      await live.hasten();
    }
    expect(warnings).toHaveLength(3);
    failing = false;
    await live.hasten();
    expect(ended).toBe(true);
  });

  it('know which agents have something open', async () => {
    const auth = await openAuth();
    const first = await signedInAgent(auth);
    const second = await auth.sessions.signIn({ email: first.agent.email, password: PASSWORD });
    const online = (): boolean => auth.live.isOnline(first.agent.id);
    expect(online()).toBe(false);
    const close = auth.live.open((await auth.sessions.viewerOf(first.secret))!, () => undefined);
    const viewer = (await auth.sessions.viewerOf(second.secret))!;
    auth.live.open(viewer, () => undefined);
    close();
    close();
    expect(online()).toBe(true);
    await auth.sessions.signOut(viewer);
    await auth.live.hasten();
    expect(online()).toBe(false);
  });
});
