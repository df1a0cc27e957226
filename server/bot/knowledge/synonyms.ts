import { stem } from './terms.ts';

/** What customers of any shop or service call the same thing. Small on purpose: an article's own aliases say the rest. */
const GROUPS = `
order purchase
buy purchase order
parcel package delivery shipment
deliver delivery ship shipping dispatch arrive receive
cost price fee charge expensive
pay payment
refund reimburse reimbursement
return returns refund
cancel stop end terminate
broken damaged faulty defective cracked smashed
fix repair mend
replace replacement exchange swap
change update edit modify correct switch
delete remove erase close
login signin
account profile
discount coupon voucher promo promotion code
invoice receipt bill
subscription membership plan
warranty guarantee
track trace locate
pause skip hold
missing lost
abroad international overseas country foreign worldwide
gift present
shop store
phone telephone
email mail
contact reach
open hours
clean wash
safe safety
card creditcard
stock available
`;

/** Two words that are one thing. Replaced in questions and articles alike. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:log|sign)(?:ed|ging|ing)?[ -](?:in|on)\b/gi, 'login'],
  [/\bmoney back\b/gi, 'refund'],
  [/\b(send|sent|sending|give|bring|ship) (it |them |this |something |an item |the item )?back\b/gi, 'return'],
  [/\b(?:out of|no) order\b/gi, 'broken'],
];

const BY_TERM = new Map<string, Set<string>>();
for (const line of GROUPS.trim().split('\n')) {
  const group = line.split(' ').map(stem);
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
