import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { App, Overrides, Started } from '../../server/app.ts';
import { createApp } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import { readConfig } from '../../server/config.ts';
import { until } from './wait.ts';
import { connections } from './wire.ts';

/** What a line of the log holds beside its level and time. */
export interface LogLine { readonly level: number; readonly msg: string; readonly requestId?: string; readonly err?: { readonly message: string } }

export interface AppOptions extends Omit<Overrides, 'logTo'> {
  readonly mode?: Config['mode'];
  readonly env?: Readonly<Record<string, string>>;
}

export interface TestApp extends Started, Pick<App, 'gauges' | 'stop'> {
  readonly dataDir: string;
  /** What it has logged so far, warnings and errors. */
  readonly logged: LogLine[];
}

/** The whole server inside this process, on any free port, with a folder of its own: a demo without its seed and without limits, unless asked for. */
export async function startApp({ mode = 'demo', env, ...overrides }: AppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'minicom-app-'));
  const logged: LogLine[] = [];
  // Tests leave no core idle, which the text model would wait for.
  const settings = { PORT: '0', DATA_DIR: dataDir, BOT: 'off', BOT_OFFLINE: '1', MODEL_PRIORITY: 'low', RATE_LIMITS: 'off', LOG_LEVEL: 'warn', ...env };
  const config = readConfig(settings, mode);
  const app = createApp(config, { seed: false, ...overrides, logTo: { write: (line) => { logged.push(JSON.parse(line) as LogLine); } } });
  const started = await app.start();
  const stop = async (): Promise<void> => {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...started, dataDir, gauges: app.gauges, logged, stop };
}

/** One server for all tests of a file. After each of them everything is cut, and nothing may be left on the server, though nobody writes any more (T20). */
export function useApp(options: AppOptions = {}): TestApp {
  let app: TestApp | null = null;
  const running = (): TestApp => {
    if (!app) throw new Error('the server is not started yet');
    return app;
  };
  beforeAll(async () => { app = await startApp(options); });
  afterEach(() => {
    for (const cut of [...connections]) cut();
    connections.clear();
    return idle(running());
  });
  afterAll(() => app?.stop());
  return {
    get url() { return running().url; },
    get setupLink() { return running().setupLink; },
    get isBotOn() { return running().isBotOn; },
    get dataDir() { return running().dataDir; },
    get logged() { return running().logged; },
    gauges: () => running().gauges(),
    stop: () => running().stop(),
  };
}

/** Waits until no socket is open and no bell is listened to. @throws after 8 seconds: before a heartbeat could have cleaned up */
function idle(app: Pick<TestApp, 'gauges'>): Promise<void> {
  return until('every socket and bell to be gone', () => Object.values(app.gauges()).every((count) => count === 0), 8_000);
}
