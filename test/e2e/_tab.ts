import type { Browser, Page } from 'playwright-core';
import type { Firefox } from '../_util/firefox.ts';
import { until } from '../_util/wait.ts';
import { inContext } from './_page.ts';

export type Given = Readonly<Record<string, string>>;

/** A tab of any browser, as far as a test needs it that runs in several. */
export interface Tab {
  goto(url: string): Promise<unknown>;
  /** Runs this in the page. It comes along as its source, so it knows nothing but the page and what it is given. */
  evaluate<Result>(work: (given: Given) => Result | Promise<Result>, given?: Given): Promise<Result>;
  /** What the frames in it show, by their own word: the address of an error page where the browser refused. */
  frames(): Promise<string[]>;
  /** The other tabs of the same person. */
  others(): Promise<Tab[]>;
}

/** A tab of somebody who was never here before, for as long as it is used. */
export type InTab = <T>(use: (tab: Tab) => Promise<T>) => Promise<T>;

export function inChromium(browser: Browser): InTab {
  const tabOf = (page: Page): Tab => ({
    goto: (url) => page.goto(url),
    evaluate: (work, given = {}) => page.evaluate(work, given),
    frames: () => Promise.all(page.frames().filter((frame) => frame !== page.mainFrame()).map((frame) => frame.evaluate(() => document.documentURI))),
    others: async () => page.context().pages().filter((other) => other !== page).map(tabOf),
  });
  return (use) => inContext(browser, {}, async (context) => use(tabOf(await context.newPage())));
}

interface Context { readonly context: string; readonly userContext: string; readonly children: readonly Context[] | null }
interface Evaluated { readonly result?: { readonly value?: string }; readonly exceptionDetails?: { readonly text: string } }

export function inFirefox({ send }: Firefox): InTab {
  const evaluate = async (context: string, work: string, given: Given = {}): Promise<string> => {
    const functionDeclaration = `async (given) => JSON.stringify(await (${work})(JSON.parse(given)) ?? null)`;
    const call = { functionDeclaration, arguments: [{ type: 'string', value: JSON.stringify(given) }], awaitPromise: true, userActivation: true, target: { context } };
    const { result, exceptionDetails } = await send<Evaluated>('script.callFunction', call);
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result?.value ?? 'null';
  };
  const trees = async (root?: string): Promise<readonly Context[]> => (await send<{ contexts: readonly Context[] }>('browsingContext.getTree', { root })).contexts;
  const tabOf = (context: string, userContext: string): Tab => ({
    async goto(url) {
      // Firefox says too early that it is there: a page that keeps to itself (COOP) comes, and goes, with a change of the window behind the tab.
      await evaluate(context, '() => { globalThis.isLeft = true; }');
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
      const isThere = '() => !globalThis.isLeft && document.URL !== "about:blank" && document.readyState === "complete"';
      await until(`${url} to be there`, () => evaluate(context, isThere).then((told) => told === 'true', () => false));
    },
    evaluate: async <Result>(work: (given: Given) => Result | Promise<Result>, given?: Given) => JSON.parse(await evaluate(context, String(work), given)) as Result,
    async frames() {
      const [tree] = await trees(context);
      return Promise.all((tree?.children ?? []).map(async (child) => JSON.parse(await evaluate(child.context, '() => document.documentURI')) as string));
    },
    others: async () => (await trees()).filter((other) => other.userContext === userContext && other.context !== context).map((other) => tabOf(other.context, userContext)),
  });
  return async (use) => {
    const { userContext } = await send<{ userContext: string }>('browser.createUserContext');
    try {
      // In the background, or Firefox would wait for the tab before it to be hidden, which may be closing.
      const { context } = await send<{ context: string }>('browsingContext.create', { type: 'tab', background: true, userContext });
      return await use(tabOf(context, userContext));
    } finally {
      await send('browser.removeUserContext', { userContext });
    }
  };
}
