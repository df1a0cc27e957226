import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../_util/browser.ts';
import { withServer } from '../_util/server-process.ts';
import { inContext } from './_page.ts';
import type { Stages, State } from './states.ts';
import { setStages, STATES } from './states.ts';

/**
 * `npm run screenshots [-- part of a name]`: every state of every screen, in three widths and both themes, into
 * `screenshots/`, for people to look at. The narrowest is a phone's, which is touched.
 */

const SIZES = [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }] as const;
const THEMES = ['light', 'dark'] as const;
const FOLDER = 'screenshots';

const wanted = process.argv[2] ?? '';
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER);
const browser = await launchBrowser();
try {
  await withServer({ env: { BOT: 'rules' } }, async ({ url }) => {
    const stages = await setStages(url);
    for (const state of STATES.filter(({ name }) => name.includes(wanted))) await take(stages, state);
    await stages.close();
  });
} finally {
  await browser.close();
}

async function take(stages: Stages, state: State): Promise<void> {
  await inContext(browser, { viewport: SIZES[0], reducedMotion: 'reduce' }, async (context) => {
    const page = await stages.visit(state, context, state.name);
    const device = await context.newCDPSession(page);
    for (const size of SIZES.filter(({ width }) => state.only !== 'narrow' || width < 640)) {
      await page.setViewportSize(size);
      await device.send('Emulation.setTouchEmulationEnabled', { enabled: size.width < 640 });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(FOLDER, `${state.name}-${size.width}-${colorScheme}.png`) });
      }
    }
  });
  console.log(state.name);
}
