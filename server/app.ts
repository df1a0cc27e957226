import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { Admission } from './admission.ts';
import { createAdmission } from './admission.ts';
import type { Auth } from './auth/auth.ts';
import { createAuth } from './auth/auth.ts';
import type { Bot } from './bot/bot.ts';
import { createBotDesk } from './bot/desk.ts';
import type { LiveIndex } from './bot/knowledge/live-index.ts';
import { createLiveIndex } from './bot/knowledge/live-index.ts';
import type { Lifecycle } from './bot/lifecycle.ts';
import { createLifecycle } from './bot/lifecycle.ts';
import { createLiveBot } from './bot/live-bot.ts';
import { createEndpoint } from './bot/model/endpoint.ts';
import { placeOf } from './bot/model/files.ts';
import { createLocalModel } from './bot/model/local-model.ts';
import { NO_MODEL } from './bot/model/no-model.ts';
import type { ModelSlot } from './bot/model/slot.ts';
import type { BotModule } from './bot/module.ts';
import { loadBotModule } from './bot/module.ts';
import type { BotRunner } from './bot/runner.ts';
import { createBotRunner } from './bot/runner.ts';
import type { Resolve } from './bot/turn.ts';
import { createMemoryBus } from './bus/memory.ts';
import { createCallers } from './callers.ts';
import type { Config } from './config.ts';
import { createAgentCookie } from './cookies.ts';
import { createDemoDoors } from './demo/doors.ts';
import { seedDemo } from './demo/seed.ts';
import { ITSELF } from './domain/audit.ts';
import { openBotSwitch } from './domain/bot-switch.ts';
import type { FollowDeps } from './domain/follow.ts';
import type { BotDesk } from './domain/ports/bot.ts';
import type { Bus } from './domain/ports/bus.ts';
import type { ConversationLog } from './domain/ports/log.ts';
import type { Clock, Store } from './domain/ports/store.ts';
import type { Share } from './domain/share.ts';
import { createTails } from './domain/tail.ts';
import type { Agent, Viewer } from './domain/types.ts';
import { createUsualWait } from './domain/usual-wait.ts';
import type { Context, HttpContext } from './graphql/context.ts';
import { createEngine } from './graphql/engine.ts';
import { createMaskError } from './graphql/errors.ts';
import { schema } from './graphql/schema/index.ts';
import { createGraphQLOverHttp } from './graphql/yoga.ts';
import type { HttpDeps } from './http.ts';
import { createHttpHandler } from './http.ts';
import { createLimiting } from './limits/limiting.ts';
import type { Limits } from './limits/limits.ts';
import { UNLIMITED } from './limits/limits.ts';
import { listen } from './listen.ts';
import { createOrigins } from './origin.ts';
import { createPages } from './pages.ts';
import { projectFolder } from './project-folder.ts';
import type { CreateGroupCommit } from './store/sqlite/group-commit.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { startUpkeep } from './upkeep.ts';
import { createSocketServer } from './ws.ts';

/** Slow requests are cut off: a body has to arrive within 10 seconds. */
const TIMEOUTS = { requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * 1024, keepAliveTimeout: 5_000 };
/** What is under way when the server stops gets this long. */
const DRAIN_MS = 5_000;

export interface App {
  /** Where people find it. Known once started. */
  readonly url: string;
  /** What waits for somebody else's move: zero of each when nothing is open. */
  gauges(): { readonly sockets: number; readonly bells: number; readonly bufferedBytes: number };
  start(): Promise<Started>;
  /** Answers what is under way, tells every socket to come back, and closes the file. */
  stop(): Promise<void>;
}

export interface Started {
  readonly url: string;
  /** The one-time link for the first admin, while there is no agent. */
  readonly setupLink: string | null;
  /** False: the team has switched it off, or BOT=off has. */
  readonly isBotOn: boolean;
}

/** Parts that tests replace or wrap: a real small implementation, or one that is broken on purpose. */
export interface Overrides {
  readonly clock?: Clock;
  /** The clock of the limits. */
  readonly monotonic?: () => number;
  readonly log?: (log: ConversationLog) => ConversationLog;
  readonly bus?: (bus: Bus) => Bus;
  readonly groupCommit?: CreateGroupCommit;
  readonly bot?: Bot;
  /** False: the demo starts with its agents and articles alone. */
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
    gauges: () => running?.gauges() ?? { sockets: 0, bells: 0, bufferedBytes: 0 },
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

async function run(config: Config, overrides: Overrides, log: Logger): Promise<Running> {
  const isDemo = config.mode === 'demo';
  const pages = await createPages(join(projectFolder(), 'dist/web'), isDemo);
  const own = overrides.bot ? { bot: overrides.bot } : await ownBot(config);
  const admission = createAdmission();
  const limiting = createLimiting({ ...config, monotonic: overrides.monotonic });
  const { limits } = limiting;
  const { store, auth, deps, clock, demoAgents, bells } = await openData(config, overrides, log, limits);
  const { sessions, live } = auth;
  const knowledge = createLiveIndex(deps.articles);
  const model = textModel(config, own, log);
  const bot = createBot({ deps, knowledge, own, model, admission, log });
  const answering = { ...deps, knowledge, botDesk: bot.desk, usualWait: createUsualWait(deps) };

  const server = createServer(TIMEOUTS);
  const origins = createOrigins(config.publicUrl, await listen(server, config));
  const cookie = createAgentCookie(origins.isSecure);
  const callers = createCallers({ sessions, cookie, isDemo });
  const mask = createMaskError(log);
  const engine = createEngine(schema, mask);
  let isStopping = false;

  const contextOf = (viewer: Viewer | null, address: string, http: HttpContext | null = null): Context => (
    { viewer, address, limits, deps: answering, auth, url: origins.url, http }
  );
  const ready = (): ReturnType<HttpDeps['ready']> => {
    const { ok, detail } = store.health();
    return { ok: ok && !isStopping, parts: { database: detail, bot: bot.say(), server: isStopping ? 'stopping' : 'ok' } };
  };
  const demoDoors = isDemo ? createDemoDoors({ auth, origins, cookie, callers, agents: demoAgents }) : null;
  const yoga = createGraphQLOverHttp(engine, admission, mask);
  server.on('request', createHttpHandler({ admission, yoga, callers, origins, cookie, live, limiting, pages, log, isDemo, demoDoors, contextOf, ready }));
  const sockets = createSocketServer({ engine, admission, callers, origins, live, limiting, isDemo, log, contextOf });
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));

  live.start();
  bot.lifecycle.start();
  bot.runner.start();
  void model.start(isDemo);
  // The runner listens for as long as the server runs.
  let ownBells = bells();
  const endUpkeep = startUpkeep({ people: store.people, botTurns: store.botTurns, clock, log });
  const needsAdmin = !isDemo && (await store.people.agents()).length === 0;
  return {
    url: origins.url,
    setupLink: needsAdmin ? origins.url + (await auth.links.createInvite(ITSELF, 'admin')).path : null,
    isBotOn: deps.botSwitch.isOn(),
    gauges: () => ({ sockets: sockets.count(), bells: bells() - ownBells, bufferedBytes: sockets.bufferedBytes() }),
    async stop() {
      isStopping = true;
      const closed = new Promise((done) => { server.close(done); });
      await sockets.stop();
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(cutOff);
      await Promise.all([endUpkeep(), bot.runner.stop(), live.stop()]);
      ownBells = 0;
      await bot.lifecycle.stop();
      deps.bus.stop();
      await store.close();
    },
  };
}

interface Data {
  readonly store: Store;
  readonly auth: Auth;
  readonly deps: FollowDeps;
  readonly clock: Clock;
  /** None but in the demo. */
  readonly demoAgents: readonly Agent[];
  readonly bells: () => number;
}

/** Everything behind the doors: the store, the credentials, the doorbell, and in the demo what its shop has to tell. */
async function openData(config: Config, overrides: Overrides, log: Logger, limits: Limits): Promise<Data> {
  const dataDir = resolve(config.dataDir);
  let turnedBackMs = 0;
  const wall = overrides.clock ?? { now: () => Date.now() };
  const clock = { now: () => wall.now() - turnedBackMs };
  const store = await openSqliteStore({ dataDir, clock, log, groupCommit: overrides.groupCommit, onFatal: overrides.onFatal });
  const memory = createMemoryBus();
  const bus = overrides.bus?.(memory) ?? memory;
  const { people, audit, articles, settings, botTurns } = store;
  const botSwitch = await openBotSwitch({ settings, bus, isAvailable: config.bot !== 'off' });
  const auth = await createAuth({ people, audit, clock, dataDir, hasBot: botSwitch.isAvailable, log });

  const conversations = overrides.log?.(store.log) ?? store.log;
  const isOnline = (agentId: string): boolean => auth.live.isOnline(agentId);
  const tails = createTails(conversations, bus);
  const takeText = (viewer: Viewer): Share => limits.take('send', { viewer });
  const deps = { log: conversations, people, audit, articles, settings, botTurns, bus, clock, botSwitch, isOnline, takeText, tails };

  const turnBack = (ms: number): void => { turnedBackMs = ms; };
  const demoAgents = config.mode === 'demo' ? await seedDemo({ deps: { ...deps, takeText: () => UNLIMITED.take('send', {}) }, auth, seed: overrides.seed ?? true, turnBack }) : [];
  return { store, auth, deps, clock, demoAgents, bells: () => memory.gauges().bells };
}

/** What the operator's module brings in place of the built-in bot. With BOT=off it is not even loaded. */
async function ownBot({ bot, botModule }: Config): Promise<BotModule | null> {
  return botModule !== null && bot !== 'off' ? loadBotModule(botModule) : null;
}

/** Nobody else than the built-in bot has one. */
function textModel(config: Config, own: BotModule | null, log: Logger): ModelSlot {
  const { bot, llm, modelPriority: priority, modelHub: hub, botOffline: isOffline } = config;
  if (bot !== 'on' || (own && 'bot' in own)) return NO_MODEL;
  return llm ? createEndpoint(llm, log) : createLocalModel({ place: placeOf(config), priority, hub, isOffline, log });
}

interface BotParts {
  readonly deps: FollowDeps;
  readonly knowledge: LiveIndex;
  readonly own: BotModule | null;
  readonly model: ModelSlot;
  readonly admission: Admission;
  readonly log: Logger;
}

interface BotHouse {
  readonly runner: BotRunner;
  readonly lifecycle: Lifecycle;
  readonly desk: BotDesk;
  /** Its health, on one line. */
  say(): string;
}

function createBot({ deps, knowledge, own, model, admission, log }: BotParts): BotHouse {
  const builtIn = createLiveBot({ index: knowledge, settings: deps.settings, model, log });
  const bot = own && 'bot' in own ? own.bot : builtIn;
  const resolveOver = (base: Bot): Resolve => (own && 'resolveBot' in own ? (conversation) => own.resolveBot(conversation, base) : () => (own ? own.bot : base));
  const resolveBot = resolveOver(builtIn);
  const lifecycle = createLifecycle({ bot, botSwitch: deps.botSwitch, log });
  return {
    runner: createBotRunner({ deps, resolve: resolveBot, admits: admission.admits, log }),
    lifecycle,
    desk: createBotDesk({
      name: bot.name, resolve: resolveBot, resolveWith: (rules) => resolveOver(builtIn.withRules(rules)), health: () => builtIn.refresh().then(() => lifecycle.health()), model, log,
    }),
    say() {
      const { state, detail } = lifecycle.health();
      return detail === '' ? state : `${state}: ${detail}`;
    },
  };
}
