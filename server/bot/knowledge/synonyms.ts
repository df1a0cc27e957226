import { stem } from './terms.ts';

/** What customers of any shop or service call the same thing. Small on purpose: an article's own aliases say the rest. */
const GROUPS = `
order purchase buy, parcel package delivery shipment, deliver ship dispatch arrive receive, arrive come reach, send mail post ship,
cost price fee charge expensive, pay payment, money fund cash amount, refund reimburse, return refund, cancel stop end terminate,
close terminate delete, broken damaged faulty defective cracked smashed shattered dented scratched torn ruined,
fail failed failure decline declined deny denied reject rejected refuse refused unsuccessful, problem issue trouble error fault, fix repair mend,
late delayed overdue slow, wrong incorrect mistake, replace replacement exchange swap, change update edit modify correct switch alter,
delete remove erase, add include attach, login signin, password passcode, account profile, verify verification confirm prove validate,
discount coupon voucher promo promotion code, discount deal offer sale cheaper, invoice receipt bill, subscription membership plan,
warranty guarantee, track trace locate, find locate, pause skip hold suspend, missing lost stolen, abroad international overseas foreign worldwide,
country abroad, gift present, shop store, phone telephone mobile, app application, email mail, contact reach, open hours, clean wash, store keep,
stock available restock, choose pick select, way method option, collect pick, suit recommend suggest advice, limit maximum max,
start begin activate enable, install setup, invite add, member teammate user, team group, picture photo image, file document,
book reserve reservation booking, trip journey travel, holiday vacation away, pause away, child kid, old age, company business firm office,
move relocate address, safe secure, pay paypal, carrier courier driver postman, size dimension measurement fit, instruction manual guide,
review rating feedback, age minor teenager child, tax vat, unsubscribe cancel, notification alert reminder, picture avatar, friend referral,
crash freeze hang bug, wifi internet network, computer laptop pc, clean care maintain maintenance, ingredient allergen, colour color,
job career vacancy, upgrade update version, owner own, export download, import upload
`;

/** Two words that are one thing. Replaced in questions and articles alike. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:log|sign)(?:ed|ging|ing)?[ -](?:in|on)\b/gi, 'login'],
  [/\bmoney back\b/gi, 'refund'],
  [/\b(send|sent|sending|give|bring|ship) (it |them |this |something |an item |the item )?back\b/gi, 'return'],
  [/\b(?:out of|no) order\b/gi, 'broken'],
  [/(?:n['’]?t|\b(?:cannot|not|never|stopped|stops)) (?:seem to |be |been )?(?:work(?:ing|ed|s)?|(?:go|going|gone|went) through|succeed)\b/gi, ' fail'],
  [/\b(?:turn|show)(?:ed|s|ing)? up\b/gi, 'arrive'],
  [/\block(?:ed)? out\b|\b(?:get|log|let me|getting|let us) in(?:to)?\b/gi, 'login'],
  [/\bsold out\b|\bin stock\b/gi, 'stock'],
  [/\b(?:get rid of|opt out of)\b/gi, 'cancel'],
  [/\bset(?:ting)?[ -]up\b/gi, 'setup'],
];

const BY_TERM = new Map<string, Set<string>>();
for (const words of GROUPS.trim().split(/,\s+/)) {
  const group = words.split(' ').map(stem);
  for (const term of group) {
    const others = BY_TERM.get(term) ?? new Set();
    for (const other of group) if (other !== term) others.add(other);
    BY_TERM.set(term, others);
  }
}

/** Terms that mean about the same; not the term itself. */
export function synonymsOf(term: string): readonly string[] {
  return [...BY_TERM.get(term) ?? []];
}

export function joinPhrases(text: string): string {
  return PHRASES.reduce((joined, [pattern, word]) => joined.replace(pattern, word), text);
}
