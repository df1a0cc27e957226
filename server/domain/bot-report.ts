import { canEditArticles, canSeeBot } from './access.ts';
import type { Deps } from './commit.ts';
import { requirePageSize } from './conversations.ts';
import { InvalidInputError } from './errors.ts';
import { requireRight } from './people.ts';
import type { BotReport, UnansweredQuestion } from './ports/bot.ts';
import type { Viewer } from './types.ts';

export type BotReportDeps = Pick<Deps, 'botTurns' | 'clock'>;

const DAY_MS = 86_400_000;
const UNANSWERED_DAYS = 90;
const MAX_REPORT_DAYS = 366;

/** What the bot could not answer in the last 90 days. @throws UnauthenticatedError, ForbiddenError, InvalidInputError */
export async function listUnanswered(deps: BotReportDeps, viewer: Viewer | null, first?: number | null): Promise<readonly UnansweredQuestion[]> {
  requireRight(viewer, canSeeBot(viewer));
  return deps.botTurns.unanswered(new Date(deps.clock.now() - UNANSWERED_DAYS * DAY_MS), requirePageSize('first', first));
}

/** Hides a question as far as it was asked until now. @returns false if there is none. @throws UnauthenticatedError, ForbiddenError */
export async function dismissUnanswered({ botTurns }: BotReportDeps, viewer: Viewer | null, key: string): Promise<boolean> {
  requireRight(viewer, canEditArticles(viewer));
  return (await botTurns.dismiss([key])) > 0;
}

/** @throws UnauthenticatedError, ForbiddenError; InvalidInputError unless the period has 1 ms to 366 days */
export async function readBotReport(
  { botTurns, clock }: BotReportDeps, viewer: Viewer | null, { since, until }: { since: Date; until?: Date | null },
): Promise<BotReport> {
  requireRight(viewer, canSeeBot(viewer));
  const end = until ?? new Date(clock.now());
  const lengthMs = end.getTime() - since.getTime();
  if (lengthMs <= 0) throw new InvalidInputError('until', 'The period must end after it begins.');
  if (lengthMs > MAX_REPORT_DAYS * DAY_MS) throw new InvalidInputError('since', `The period may have at most ${MAX_REPORT_DAYS} days.`);
  return botTurns.report({ since, until: end });
}
