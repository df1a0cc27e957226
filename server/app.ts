import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Auth } from './auth/auth.ts';
import { createAuth } from './auth/auth.ts';
import type { Bot } from './bot/bot.ts';
import { createBuiltInBot } from './bot/built-in.ts';
import { readArticles } from './bot/knowledge/article-folder.ts';
import { createIndex } from './bot/knowledge/search-index.ts';
import { createBotRunner } from './bot/runner.ts';
import { createMemoryBus } from './bus/memory.ts';
import type { Config } from './config.ts';
import { createAgentCookie } from './cookies.ts';
import { createDemoDoors } from './demo/doors.ts';
import { seedDemo } from './demo/seed.ts';
import type { FollowDeps } from './domain/follow.ts';
import type { Bus, Clock, ConversationLog, Store } from './domain/ports.ts';
import { createTails } from './domain/tail.ts';
import type { Viewer } from './domain/types.ts';
import type { Context, HttpContext } from './graphql/context.ts';
import { createEngine } from './graphql/engine.ts';
import { createMaskError } from './graphql/errors.ts';
import { schema } from './graphql/schema/index.ts';
import { createGraphQLOverHttp } from './graphql/yoga.ts';
import { createHttpHandler } from './http.ts';
import { createOrigins } from './origin.ts';
import { createPages } from './pages.ts';
import { projectFolder } from './project-folder.ts';
import type { CreateGroupCommit } from './store/sqlite/group-commit.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { createSocketServer } from './ws.ts';

/** What nobody needs any more goes after this long, looked for this often. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
const PRUNE_MS = 60 * 60_000;

export interface App {
  /** Where people find it. Known once started. */
  readonly url: string;
  /** What waits for somebody else's move: zero of each when nothing is open. */
  gauges(): { readonly sockets: number; readonly bells: number };
  start(): Promise<Started>;
  /** Answers what is under way, tells every socket to come back, and closes the file. */
  stop(): Promise<void>;
}

export interface Started {
  readonly url: string;
  /** The one-time link for the first admin, while there is no agent. */
  readonly setupLink: string | null;
}

/** Parts that tests replace or wrap: a real small implementation, or one that is broken on purpose. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: (log: ConversationLog) => ConversationLog;
  readonly bus?: (bus: Bus) => Bus;
  readonly groupCommit?: CreateGroupCommit;
  readonly bot?: Bot;
  /** False: the demo starts with its agents alone. */
  readonly seed?: boolean;
  /** Takes the log's lines instead of stderr. */
  readonly logTo?: DestinationStream;
  /** The file cannot be trusted any more: the process should end. */
  readonly onFatal?: (error: unknown) => void;
}

/** Wires everything together, and starts nothing. */
export function createApp(config: Config, overrides: Overrides = {}): App {
  const logger = pino({ level: config.logLevel, base: null }, overrides.logTo ?? pino.destination({ dest: 2, sync: true }));
  let running: Running | null = null;
  return {
    get url() {
      return running?.url ?? '';
    },
    gauges: () => running?.gauges() ?? { sockets: 0, bells: 0 },
    async start() {
      running = await run(config, overrides, logger);
      return running;
    },
    async stop() {
      await running?.stop();
    },
  };
}

interface Running extends Started, Pick<App, 'gauges' | 'stop'> {}

async function run(config: Config, overrides: Overrides, logger: Logger): Promise<Running> {
  const isDemo = config.mode === 'demo';
  const hasBot = config.bot !== 'off';
  const dataDir = resolve(config.dataDir);
  const articles = await readArticles(isDemo ? join(projectFolder(), 'server/demo/articles') : join(dataDir, 'articles'));
  const pages = await createPages(join(projectFolder(), 'dist/web'), isDemo);
  let turnedBackMs = 0;
  const wall = overrides.clock ?? { now: () => Date.now() };
  const clock = { now: () => wall.now() - turnedBackMs };
  const store = await openSqliteStore({ dataDir, clock, log: logger, groupCommit: overrides.groupCommit, onFatal: overrides.onFatal });
  const auth = await createAuth({ people: store.people, clock, dataDir, hasBot, log: logger });
  const memory = createMemoryBus();
  const deps = wire({ store, auth, clock, hasBot, memory, overrides });
  const demoAgents = isDemo ? await seedDemo({ deps, auth, seed: overrides.seed ?? true, turnBack: (ms) => { turnedBackMs = ms; } }) : [];

  const mask = createMaskError(logger);
  const engine = createEngine(schema, mask);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024, keepAliveTimeout: 5_000 });
  const port = await listen(server, config);
  const origins = createOrigins(config.publicUrl, port);
  const cookie = createAgentCookie(origins.isSecure);
  let isStopping = false;

  const { sessions, live } = auth;
  const viewerOfToken = (token: string): Promise<Viewer | null> => sessions.viewerOf(token);
  const viewerOfCookie: Parameters<typeof createHttpHandler>[0]['viewerOfCookie'] = async (request) => {
    const secret = cookie.read(request);
    const viewer = secret === null ? null : await sessions.viewerOf(secret);
    return viewer?.kind === 'agent' ? viewer : null;
  };
  const contextOf = (viewer: Viewer | null, http: HttpContext | null): Context => ({ viewer, deps, sessions, http });
  const mayReadSchema = (viewer: Viewer | null): boolean => isDemo || viewer?.kind === 'agent' || viewer?.kind === 'token';

  const demoDoors = isDemo
    ? createDemoDoors({
      identity: auth.identity, origins, cookie,
      hasAgentSession: async (request) => (await viewerOfCookie(request)) !== null,
      signInAs: async (name) => {
        const agent = demoAgents.find((one) => one.name.toLowerCase() === name);
        return agent ? sessions.startAgent(agent) : null;
      },
    })
    : null;
  const sockets = createSocketServer({
    engine, origins, live, log: logger, rateLimits: config.rateLimits, viewerOfToken, viewerOfCookie, mayReadSchema,
    renew: (viewer) => sessions.renew(viewer),
    hasAgentCookie: (request) => cookie.read(request) !== null,
    contextOf: (viewer) => contextOf(viewer, null),
  });
  const ready = (): { ok: boolean; parts: Record<string, string> } => {
    const { ok, detail } = store.health();
    const parts = { database: detail, bot: hasBot ? `on, with ${articles.length} articles` : 'off', server: isStopping ? 'stopping' : 'ok' };
    return { ok: ok && !isStopping, parts };
  };
  server.on('request', createHttpHandler({
    yoga: createGraphQLOverHttp(engine, mask), origins, cookie, live, pages, log: logger, isDemo, demoDoors, viewerOfToken, viewerOfCookie, contextOf,
    mayReadSchema, ready,
  }));
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  live.start();
  const index = createIndex(articles);
  const runner = hasBot ? createBotRunner({ deps, bot: overrides.bot ?? createBuiltInBot({ index: () => index }), log: logger }) : null;
  runner?.start();
  const prune = async (): Promise<void> => {
    try {
      let gone: number;
      do gone = await store.people.prune(new Date(clock.now() - KEEP_MS)); while (gone > 0);
    } catch (error) {
      logger.warn({ err: error }, 'what is over could not be forgotten; it is tried again in an hour');
    }
  };
  await prune();
  const pruning = setInterval(() => void prune(), PRUNE_MS).unref();

  const needsAdmin = !isDemo && (await store.people.agents()).length === 0;
  const setupLink = needsAdmin ? `${origins.url}/join#invite=${await auth.invites.createInvite('admin')}` : null;
  return {
    url: origins.url,
    setupLink,
    gauges: () => ({ sockets: sockets.count(), bells: memory.gauges().bells }),
    async stop() {
      isStopping = true;
      const closed = new Promise((done) => { server.close(done); });
      await sockets.stop();
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearTimeout(cutOff);
      clearInterval(pruning);
      await runner?.stop();
      await live.stop();
      deps.bus.stop();
      await store.close();
    },
  };
}

interface Parts {
  readonly store: Store;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly hasBot: boolean;
  readonly memory: Bus;
  readonly overrides: Overrides;
}

function wire({ store, auth, clock, hasBot, memory, overrides }: Parts): FollowDeps {
  const log = overrides.log?.(store.log) ?? store.log;
  const bus = overrides.bus?.(memory) ?? memory;
  return { log, people: store.people, bus, clock, hasBot, isOnline: (agentId) => auth.live.isOnline(agentId), tails: createTails(log, bus) };
}

/** In the demo the next free port will do. @throws the system's error, such as EADDRINUSE */
async function listen(server: ReturnType<typeof createServer>, { host, port, mode }: Config): Promise<number> {
  for (let offset = 0; ; offset += 1) {
    try {
      await new Promise<void>((done, fail) => {
        server.once('error', fail);
        server.listen(port === 0 ? 0 : port + offset, host, () => {
          server.removeListener('error', fail);
          done();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || mode !== 'demo' || offset >= 20) throw error;
    }
  }
}
