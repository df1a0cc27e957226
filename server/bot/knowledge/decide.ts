import type { Hit } from './search-index.ts';
import { ANSWER_COVERAGE, ANSWER_LEAD, MAX_OFFERS, OFFER_COVERAGE } from './thresholds.ts';

export type Decision =
  | { readonly kind: 'answer'; readonly hit: Hit }
  | { readonly kind: 'offer'; readonly hits: readonly Hit[] }
  | { readonly kind: 'pass' };

/** Says it, asks back, or leaves it to the next: by how much of the question the best article covers, and how clearly it leads. Hits come best first. */
export function decide(hits: readonly Hit[]): Decision {
  const [best, second] = hits;
  if (!best || best.coverage < OFFER_COVERAGE) return { kind: 'pass' };
  const leads = !second || second.score <= best.score * (1 - ANSWER_LEAD);
  if (best.isFirm && best.coverage >= ANSWER_COVERAGE && leads) return { kind: 'answer', hit: best };
  return { kind: 'offer', hits: hits.filter(({ coverage }) => coverage >= OFFER_COVERAGE).slice(0, MAX_OFFERS) };
}
