import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds: by all its rules in the light theme, and in the dark one by the rule that a theme can break. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const light = await findingsIn(page, 'light', {});
  const dark = await findingsIn(page, 'dark', { runOnly: ['color-contrast'] });
  return [...light, ...dark];
}

async function findingsIn(page: Page, colorScheme: 'light' | 'dark', options: axe.RunOptions): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  return page.evaluate(async ([theme, rules]) => {
    // A colour on its way is nobody's to read.
    await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished));
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(rules);
    return violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }, [colorScheme, options] as const);
}

/** Does something stick out at the side? */
export function isWider(page: Page): Promise<boolean> {
  return page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main')].some((el) => el.scrollWidth > el.clientWidth));
}
