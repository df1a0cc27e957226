import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLostError } from '../../web/src/graphql/errors.ts';
import ReportScreen from '../../web/src/settings/ReportScreen.vue';
import { at } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import type { Shown } from './_screen.ts';
import { show } from './_screen.ts';

/** Of a period in which nothing happened. */
const NOTHING = {
  conversations: 0, involved: 0, answered: 0, resolvedConfirmed: 0, resolvedAssumed: 0, deflected: 0, superseded: 0, helpful: 0, notHelpful: 0,
  replyMsP50: null, replyMsP95: null, queueMsP50: null, queueMsP95: null, handOffs: [], modelReplies: 0, heldBack: [], firstTextMsP50: null, firstTextMsP95: null, articles: [],
};
type Report = { readonly [Name in keyof typeof NOTHING]: unknown };

let shown: Shown;
afterEach(() => shown.leave());

async function open(report: (days: number) => Report | Promise<Report>): Promise<void> {
  shown = await show(ReportScreen, {
    BotReport: async ({ since }) => ({ botReport: await report(Math.round((Date.now() - Date.parse(String(since))) / 86_400_000)) }),
  });
}

/** What stands at each label: the number and what is said about it. */
function figures(): Record<string, string> {
  return Object.fromEntries([...shown.root.querySelectorAll('.Figure')].map((figure) => (
    [figure.querySelector('dt')?.textContent, [...figure.querySelectorAll('dd > *')].map(({ textContent }) => textContent).join(' ')]
  )));
}

function choose(days: number): void {
  shown.root.querySelector<HTMLInputElement>(`input[value="${days}"]`)?.click();
}

describe('the report', () => {
  it('B18: puts each number at its own name', async () => {
    await open(() => ({
      ...NOTHING, conversations: 200, involved: 100, answered: 50, deflected: 25, resolvedConfirmed: 11, resolvedAssumed: 12, helpful: 13, notHelpful: 14,
      replyMsP50: 700, replyMsP95: 900, queueMsP50: 60_000, queueMsP95: 120_000, superseded: 15, modelReplies: 30, heldBack: [{ reason: 'too_long', count: 10 }],
      firstTextMsP50: 1_000, firstTextMsP95: 2_000,
    }));
    await shown.see('Began');
    expect(figures()).toEqual({
      'Began': '200 in the last 30 days', 'With the bot': '100 50% of those', 'Answered by it': '50 25% got an answer', 'Without a person': '25 25% of those with the bot',
      'Confirmed': '11 the customer said that it helped', 'Assumed': '12 no word for 24 hours after an answer', 'Helpful': '13 thumbs up', 'Not helpful': '14 thumbs down',
      'The bot replies in': '700 ms 95% within 900 ms', 'A person answers in': '1 min 95% within 2 min, after a hand-off', 'Dropped': '15 the customer or a person was faster',
      'Wrote': '30 replies that were sent', 'Held back': '10 25% of what it wrote', 'First words in': '1 s 95% within 2 s',
    });
  });

  it('B18: has nothing to say where nothing happened', async () => {
    await open(() => NOTHING);
    await shown.see('Nothing to report yet');
  });

  it.each<Partial<Report>>([
    { handOffs: [{ reason: 'no_answer', count: 1 }] }, { articles: [{ articleId: 'tea', title: 'Tea', shown: 1, helped: 0, notHelped: 0 }] }, { heldBack: [{ reason: 'too_long', count: 1 }] },
    { superseded: 1 }, { helpful: 1 }, { notHelpful: 1 }, { replyMsP50: 5 }, { queueMsP50: 5 }, { conversations: 1 },
  ])('B18: says what happened in conversations that began before: %j', async (report) => {
    await open(() => ({ ...NOTHING, ...report }));
    await shown.see('Handed to a person');
  });

  it('B18: says why it did not load', async () => {
    await open(async () => { throw new ConnectionLostError(); });
    await shown.see(/The report did not load.*The server did not answer\./);
  });

  it('B18: names the period that its numbers are of, also while another one is asked for, and where that fails', async () => {
    const asked: { days: number; answer: (report: Report) => void; fail: (error: Error) => void }[] = [];
    await open((days) => new Promise((answer, fail) => { asked.push({ days, answer, fail }); }));
    at(asked, 0).answer({ ...NOTHING, conversations: 300 });
    await shown.see('Began');
    choose(7);
    await until('the question for 7 days', () => asked[1]?.days === 7);
    expect(figures()['Began']).toBe('300 in the last 30 days');
    at(asked, 1).fail(new ConnectionLostError());
    await shown.see('The server did not answer. Trying again. These are the last 30 days.');
    expect(figures()['Began']).toBe('300 in the last 30 days');
    choose(90);
    await until('the question for 90 days', () => asked[2]?.days === 90);
    at(asked, 2).answer({ ...NOTHING, conversations: 900 });
    await shown.see('900');
    expect(figures()['Began']).toBe('900 in the last 90 days');
    expect(shown.root.textContent).not.toContain('Trying again');
  });
});
