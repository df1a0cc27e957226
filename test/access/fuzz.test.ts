import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../_util/app.ts';
import { startApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { readSnapshot } from '../_util/minicom.ts';
import { createRandom } from '../_util/random.ts';
import { isFull } from '../_util/scaled.ts';
import { connections } from '../_util/wire.ts';
import type { Cast, Scene } from './cast.ts';
import { assemble, ROLES } from './cast.ts';
import type { Pool } from './random-operation.ts';
import { randomOperation } from './random-operation.ts';
import { overEvents, overHttp } from './transports.ts';

const RUNS = isFull ? 10_000 : 300;
const NASTY = ["' OR 1=1--", '%', '_', '"', '\u0000', '\ud800', 'x'.repeat(9_000), '', ' ', 'NEAR(a b)', '*', '__proto__', '../../etc/passwd', '<script>', 'é'];

let app: TestApp;
let cast: Cast;
beforeAll(async () => {
  app = await startApp({ env: { BOT: 'rules', LOG_LEVEL: 'error' } });
  cast = await assemble(app);
});
afterAll(async () => {
  for (const cut of connections) cut();
  await cast?.close();
  await app?.stop();
});

describe('any operation that the schema accepts', () => {
  it(`R33 is answered without a fault of ours, whoever asks: ${RUNS} at random`, { timeout: 1_800_000 }, async () => {
    const scene = await cast.newScene('customer');
    const pool = await poolOf(scene);
    const doors = new Map<string, Door>();
    let answered = 0;

    const ask = async (seed: number, role: string): Promise<string> => {
      const { kind, ...operation } = randomOperation(createRandom(seed), pool);
      const door = doors.get(role) ?? (await cast.enter(role, scene));
      doors.set(role, door);
      const answer = await (kind === 'subscription' ? overEvents : overHttp)(door, operation);
      // An operation may have ended the session that asks: then the next one is refused at the door, and is no stream.
      if (answer === 'null' || /This token is unknown/.test(answer)) {
        doors.delete(role);
        return answer;
      }
      const { data } = JSON.parse(answer) as { data?: Record<string, unknown> | null };
      if (data && Object.values(data).some((value) => value !== null)) answered += 1;
      return answer;
    };

    await fc.assert(fc.asyncProperty(fc.nat(), fc.constantFrom(...ROLES), async (seed, role) => {
      const answer = await ask(seed, role);
      expect(answer, JSON.stringify(randomOperation(createRandom(seed), pool))).not.toMatch(/INTERNAL_SERVER_ERROR|GRAPHQL_VALIDATION_FAILED|SQLITE|\/server\//);
    }), { numRuns: RUNS, endOnFailure: true });
    expect(app.logged).toEqual([]);
    expect(answered).toBeGreaterThan(RUNS / 5);
  });
});

async function poolOf({ customerId, owner, hers, note, answer }: Scene): Promise<Pool> {
  const { cursor } = await readSnapshot(httpCall(owner), customerId);
  const texts = ['hello', 'correct horse battery', 'eve@example.com', 'conversations:read', ...NASTY];
  return {
    ID: [customerId, customerId, customerId, customerId, 'mallory', 'nobody', 'me', hers, hers, note, answer, answer, randomUUID(), cast.articles.published, cast.articles.draft, ...NASTY],
    String: texts,
    Cursor: [cursor, cursor, cursor, ...texts],
    Int: [-1, 0, 1, 2, 10, 100, 101, 2_147_483_647, -2_147_483_648],
    Float: [0, 0.5, -1, 1e308],
    Boolean: [true, false],
    DateTime: ['2026-01-01T00:00:00.000Z', new Date().toISOString(), '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z'],
  };
}
