/**
 * When the knowledge base speaks. Coverage is the share of the question that an article's words account for, 0 to 1 (search-index.ts). Tuned on
 * help centres of thirteen trades; `npm run eval` fails where they stop holding for the demo's.
 */

/** From here on the best passage is the answer, if it leads clearly. */
export const ANSWER_COVERAGE = 0.5;
/** From here on the titles are worth a question. Below, the knowledge base has nothing to say. */
export const OFFER_COVERAGE = 0.2;
/** The best must lead the second by this share of its own score. */
export const ANSWER_LEAD = 1 / 4;
/** How many titles a question back offers. */
export const MAX_OFFERS = 3;
