import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { isFull } from '../_util/scaled.ts';

export interface Look { readonly width: number; readonly height: number; readonly colorScheme: 'light' | 'dark' }

export const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** Each width and each theme once; with the full numbers, each width in each theme. */
export const LOOKS: readonly Look[] = [
  { ...WIDE, colorScheme: 'light' }, { ...NARROW, colorScheme: 'dark' },
  ...(isFull ? [{ ...WIDE, colorScheme: 'dark' }, { ...NARROW, colorScheme: 'light' }] as const : []),
];

/** What axe finds when the page looks like that. */
export async function findings(page: Page, { width, height, colorScheme }: Look): Promise<string[]> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // A colour on its way is nobody's to read.
    await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished));
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

/** What has to be scrolled sideways to be read, and is not meant to. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, [role=log], dialog, .ListPane-rows')]
    .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth)
    .map((element) => `${element.className || element.tagName}: ${element.scrollWidth} of ${element.clientWidth}`));
}
