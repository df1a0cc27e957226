import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createMemoryBus } from '../../server/bus/memory.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { openBotSwitch } from '../../server/domain/bot-switch.ts';
import type { FollowDeps } from '../../server/domain/follow.ts';
import type { AddNote, Sent } from '../../server/domain/messages.ts';
import { addNote, sendMessage } from '../../server/domain/messages.ts';
import type { Bus } from '../../server/domain/ports/bus.ts';
import type { ConversationLog } from '../../server/domain/ports/log.ts';
import type { Store } from '../../server/domain/ports/store.ts';
import { createTails } from '../../server/domain/tail.ts';
import type { Agent, AgentRole, Conversation, Message, Scope, Viewer } from '../../server/domain/types.ts';
import { UNLIMITED } from '../../server/limits/limits.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';

export interface WorldOptions {
  readonly hasBot?: boolean;
  /** Stands between the domain and the real store. */
  readonly log?: (log: ConversationLog) => ConversationLog;
  /** Stands between the domain and the real bus. */
  readonly bus?: (bus: Bus) => Bus;
}

/** The domain over the real store and the real bus, in a folder of its own, at a time that only the test moves. */
export interface World {
  readonly deps: FollowDeps;
  readonly store: Store;
  readonly clock: { now(): number; advance(ms: number): void };
  /** Bells that are listened to, and values that are shown. */
  readonly gauges: () => { readonly bells: number; readonly shown: number };
  readonly ana: Viewer;
  readonly ben: Viewer;
  /** Makes a customer with an empty conversation. */
  meet(customerId: string): Promise<Viewer>;
  hire(name: string, role: AgentRole): Promise<Viewer & Agent>;
  /** A token that is known by a name of its own. */
  issue(...scopes: Scope[]): Promise<Viewer>;
  /** The conversation as it is; it must exist. */
  state(customerId: string): Promise<Conversation>;
  /** Every message, oldest first, as the team sees them. */
  history(customerId: string): Promise<Message[]>;
  /** Ends what the world holds. A test's own world ends with the test. */
  close(): Promise<void>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const world = await buildWorld(options);
  onTestFinished(() => world.close());
  return world;
}

/** As `openWorld`, for worlds that several tests share; the caller closes it. */
export async function buildWorld({ hasBot = true, log: wrapLog, bus: wrapBus }: WorldOptions = {}): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'minicom-domain-'));
  let nowMs = Date.UTC(2026, 10, 22, 12);
  const clock = { now: () => nowMs, advance: (ms: number) => { nowMs += ms; } };
  const store = await openSqliteStore({ dataDir, clock });
  const memory = createMemoryBus();
  const log = wrapLog?.(store.log) ?? store.log;
  const bus = wrapBus?.(memory) ?? memory;
  const { people, audit, articles, settings, botTurns } = store;
  const botSwitch = await openBotSwitch({ settings, bus, isAvailable: hasBot });
  const deps: FollowDeps = { log, people, audit, articles, settings, botTurns, bus, clock, botSwitch, isOnline: () => true, takeText: () => UNLIMITED.take('send', {}), tails: createTails(log, bus) };

  const state = async (customerId: string): Promise<Conversation> => {
    const found = await store.log.find(customerId);
    if (!found) throw new Error(`no conversation of ${customerId}`);
    return found;
  };
  const hire = async (name: string, role: AgentRole): Promise<Viewer & Agent> => {
    const hash = randomUUID();
    await store.people.createInvite(ITSELF, { hash, role, expiresAt: new Date(nowMs + 1) });
    const agent = await store.people.acceptInvite(hash, { name, email: `${name}@example.com`, passwordHash: 'x' });
    if (!agent) throw new Error(`${name} was not hired`);
    return { ...agent, kind: 'agent', session: SESSION };
  };
  return {
    deps,
    store,
    clock,
    gauges: memory.gauges,
    ana: await hire('Ana', 'admin'),
    ben: await hire('Ben', 'agent'),
    hire,
    state,
    async meet(id) {
      const session = { hash: randomUUID(), expiresAt: SESSION.expiresAt, absoluteExpiresAt: null };
      await store.people.startVisitor({ id, handler: hasBot ? 'bot' : 'queue' }, session);
      return customerViewer(id);
    },
    async issue(...scopes) {
      const { id } = await store.people.createToken(ITSELF, { hash: randomUUID(), name: 'Crow', scopes, expiresAt: SESSION.expiresAt });
      return tokenViewer(scopes, id);
    },
    async history(customerId) {
      const page = { audiences: ['everyone', 'team'], direction: 'forward', limit: 10_000, from: null } as const;
      return (await store.log.messages(await state(customerId), page)).items.map(({ node }) => node);
    },
    async close() {
      bus.stop();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const SESSION = { hash: 'a session', expiresAt: new Date(Date.UTC(2027, 0, 1)) };

export function customerViewer(id: string): Viewer {
  return { kind: 'customer', id, session: SESSION };
}

export function agentViewer(role: AgentRole, id = 'an agent'): Viewer {
  return { kind: 'agent', id, role, session: SESSION };
}

export function tokenViewer(scopes: readonly Scope[], id = 'a token'): Viewer {
  return { kind: 'token', id, scopes, session: SESSION };
}

/** Says something under a key of its own, as the viewer; a customer in her own conversation. */
export function say({ deps }: World, viewer: Viewer, text: string, customerId = viewer.id): Promise<Sent> {
  return sendMessage(deps, viewer, { customerId, text, clientMessageId: randomUUID() });
}

export function note({ deps }: World, viewer: Viewer, text: string, customerId: string): Promise<Message> {
  return addNote(deps, viewer, newNote(customerId, text));
}

export function newNote(customerId: string, text: string): AddNote {
  return { customerId, text, clientMessageId: randomUUID() };
}

/** What the work was refused with. @throws if it was not refused */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(() => ({ error: null }), (error: unknown) => ({ error }));
  if (outcome.error === null) throw new Error('expected a refusal');
  return outcome.error;
}

/** T20: whoever followed has ended, so nothing may be listening any more. */
export function requireNoBells({ gauges }: World): void {
  if (gauges().bells > 0) throw new Error(`${gauges().bells} bells were left behind`);
}
