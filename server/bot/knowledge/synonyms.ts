import { PLACES } from './places.ts';
import { stem } from './terms.ts';

/** What customers of any shop or service call the same thing. No trade's own words: an article's aliases say those. */
const GROUPS = `
order purchase buy, order basket cart, parcel package delivery shipment, deliver ship dispatch arrive receive, arrive come reach,
send mail post ship, cost price fee charge expensive, rate price tariff, free gratis complimentary, pay payment settle, charge debit deduct bill,
money fund cash amount, refund reimburse, return refund, cancel stop end terminate quit, close terminate delete shut,
contract agreement membership subscription plan tariff, broken damaged faulty defective cracked smashed shattered dented scratched torn ruined,
broken fail, problem issue trouble error fault glitch bug,
fail failed failure decline declined deny denied reject rejected refuse refused unsuccessful, fix repair mend service, crash freeze hang stuck,
late delayed overdue slow, slow lag buffer speed, fast quick express speed, wait queue waitlist, wrong incorrect mistake, accident mistake,
replace replacement exchange swap, change update edit modify correct switch alter adjust, convert exchange, move reschedule postpone change,
delete remove erase, add include attach, create new open, start begin activate enable, disable deactivate, block lock suspend ban, unlock unblock,
login signin access, register signup join enrol, password passcode, code token key, account profile, verify verification confirm prove validate,
identity id passport licence document, document file paper pdf, form application, apply application request, name surname, wedding marriage marry,
discount coupon voucher promo promotion code, discount deal offer sale cheaper reduced, student pupil apprentice, senior pensioner retired,
invoice receipt bill statement, tax vat, warranty guarantee, insurance cover policy, claim compensation, limit maximum max cap allowance,
minimum least, track trace locate follow status, find locate, pause skip hold suspend freeze, away absent holiday vacation,
missing lost stolen misplaced gone, abroad international overseas foreign worldwide country, travel trip journey holiday,
luggage baggage suitcase bag, fly plane flight, hotel stay, gift present, shop store branch, office branch location, location address,
relocate move address, flat apartment house home, phone telephone mobile smartphone cell, phone iphone android device,
computer laptop pc mac device, screen display, app application, wifi internet network connection broadband online, data gigabyte gb, call ring dial,
text sms message, email mail inbox mailbox, spam junk phishing, contact reach, open hours, clean wash, clean care maintain, store keep,
stock available restock, choose pick select, way method option, collect pick fetch, suit recommend suggest advice, install setup assemble,
invite add, member teammate user, team group, colleague coworker employee staff worker, boss manager supervisor,
teacher lecturer professor instructor tutor, trainer coach, swim pool, reception desk, guest visitor friend, partner wife husband spouse family, client customer,
company business firm employer, school university college, child kid baby infant toddler, child son daughter minor teenager, age old,
animal pet dog cat, food meal eat drink snack, bike bicycle cycle, car vehicle, picture photo image avatar, print copy, copy backup export,
restore recover undo, trash bin, book reserve reservation booking appointment, class course lesson, workout exercise train gym,
sick ill illness injury, pregnant pregnancy baby, wheelchair disabled disability accessible, doctor physician, test exam, homework assignment essay,
safe secure, secure privacy gdpr, store host save, pay paypal, card visa mastercard amex, bank iban, transfer wire remit, deposit topup load,
withdraw withdrawal atm, salary wage payslip paycheck, currency dollar euro pound, loan mortgage credit, fraud scam unauthorised suspicious,
carrier courier driver postman, size dimension measurement fit, weigh kilo kg heavy, instruction manual guide, review rating feedback opinion,
unsubscribe cancel, notification alert reminder, friend referral, ingredient allergen, colour color, language translate, job career vacancy,
upgrade update version, owner own, export download save, import upload migrate, share forward, weekend saturday sunday, morning evening hours,
annual yearly year, month monthly, technician engineer mechanic, visit appointment, spare second extra additional
`;

/** Two words that are one thing. Replaced in questions and articles alike. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bcheck(?:ed|ing|s)?[ -](in|out)\b/gi, 'check$1'],
  [/\bbr(?:eak|eaks|eaking|oke|oken)[ -]down\b/gi, 'breakdown'],
  [/\b(?:log|sign)(?:ed|ging|ing)?[ -](?:in|on)\b/gi, 'login'],
  [/\bmoney back\b/gi, 'refund'],
  [/\b(send|sent|sending|give|bring|ship) (it |them |this |something |an item |the item )?back\b/gi, 'return'],
  [/(?:n['’]?t|\b(?:cannot|not|never|stopped|stops)) (?:seem to |be |been )?(?:work(?:ing|ed|s)?|(?:go|going|gone|went) through|succeed)\b/gi, ' fail'],
  [/\b(?:(?:ca|could|wo)n['’]?t|cannot|could not|can not|will not|unable to|not able to) /gi, ' fail '],
  [/\block(?:ed)? out\b|\b(?:get|log|let me|getting|let us) in(?:to)?\b/gi, 'login'],
  [/\b(?:get rid of|opt out of|(?:get|getting) out of)\b/gi, 'cancel'],
  [/\bset(?:ting)?[ -]up\b/gi, 'setup'],
  [/\bsign(?:ed|ing)?[ -]up\b/gi, 'register'],
  [/\b(?:work(?:ing)?|worked) out\b/gi, 'workout'],
  [/\btop(?:ped|ping)?[ -]?ups?\b/gi, 'topup'],
  [/\bhow much (?:is|are|does|do|would|will|for)\b/gi, 'price'],
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

for (const name of PLACES) BY_TERM.set(stem(name), new Set(['country', 'abroad'].map(stem)));

/** Terms that mean about the same; not the term itself. */
export function synonymsOf(term: string): readonly string[] {
  return [...BY_TERM.get(term) ?? []];
}

export function joinPhrases(text: string): string {
  return PHRASES.reduce((joined, [pattern, word]) => joined.replace(pattern, word), text);
}
