import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from '../_util/browser.ts';
import type { ServerProcess } from '../_util/server-process.ts';
import { makeDataDir, removeDataDir, startServer } from '../_util/server-process.ts';

export interface Stage { browser: Browser; server: ServerProcess; dataDir: string; restart: (between: () => Promise<void>) => Promise<void> }

/** A browser and a demo on a fresh folder, for all tests of a file. Its members are there once tests run. */
export function useStage(env: Readonly<Record<string, string>> = { BOT: 'rules' }): Stage {
  const stage = {} as Stage;

  beforeAll(async () => {
    const dataDir = stage.dataDir = await makeDataDir();
    [stage.browser, stage.server] = await Promise.all([launchBrowser(), startServer({ dataDir, env })]);
    stage.restart = async (between) => {
      await stage.server.kill();
      await between();
      stage.server = await startServer({ dataDir, env: { ...env, PORT: new URL(stage.server.url).port } });
    };
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.server?.kill();
    await removeDataDir(stage.dataDir);
  });
  return stage;
}
