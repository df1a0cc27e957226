export interface SensitiveTopic {
  /** As the team reads it. */
  readonly name: string;
  /** Sees folded text (fold.ts). */
  readonly pattern: RegExp;
  /** A question about it may have an article. */
  readonly onlyDemands?: true;
  /** Said to the customer before anything else. */
  readonly first?: string;
}

const IN_DANGER = 'If anybody is in danger, please call your emergency number first.';

/** English: what other languages say about these finds no article and ends with a person as well. */
export const TOPICS: readonly SensitiveTopic[] = [
  {
    name: 'health',
    pattern: new RegExp([
      '\\ballergic (?:reaction|to|shock)|\\banaphyla|\\bfood poison|\\bpoison(?:ed|ing)\\b|\\b(?:in|to|at) (?:the )?hospital\\b|\\bambulance\\b'
        + '|\\bmy doctor\\b|\\bpregnan|\\bbreast ?feed|\\bmedication\\b|\\bheart (?:condition|attack|problem)',
      '\\b(?:got|getting|made|makes|feel|feeling|felt|became|am|was) (?:me |us |my [^ ]+ )?(?:very |really |so )?(?:sick|ill|nauseous|dizzy'
        + '|unwell)\\b(?! of)',
      '\\b(?:a|the|skin) rash\\b|\\bvomit|\\bsuicid|\\bkill myself\\b|\\bend my life\\b|\\bself harm|\\bhurt myself\\b',
    ].join('|')),
    first: IN_DANGER,
  },
  {
    name: 'safety',
    pattern: new RegExp([
      '\\belectric(?:al)? shock|\\belectrocut|\\b(?:got|gave|gives|get|getting) (?:me |us |him |her |my [^ ]+ )?(?:a|an electric) shock\\b'
        + '|\\b(?:caught|on|catches) fire\\b|\\bfire hazard\\b',
      '\\b(?:is|started|starts|starting|was|began|begins) (?:to )?(?:burn(?:ing)?|smok(?:e|ing)|smoulder(?:ing)?|spark(?:ing)?|melt(?:ing)?)\\b'
        + '|\\bburn(?:ed|t|s) (?:me|my|his|her|him|our|myself|down)\\b',
      '\\bsmoke (?:is |was )?(?:com|ris|pour|from|out)|\\b(?:is|was|see|saw|full of) smoke\\b|\\bsparks (?:com|fl|from)|\\bexplo(?:d|s)|\\binjur'
        + '|\\bbleeding\\b|\\bgas leak\\b|\\bsmell(?:s|ing)? (?:of |like )?(?:gas|burning|smoke)\\b|\\bchok(?:ed|ing) on\\b'
        + '|\\b(?:son|daughter|child|kid|baby|toddler|dog|cat|i|he|she) (?:has |have )?swallowed\\b|\\bcut (?:me|myself|(?:my|his|her) (?:finger|hand|arm|foot|leg|lip|mouth|face))\\b',
    ].join('|')),
    first: IN_DANGER,
  },
  {
    name: 'a payment dispute',
    pattern: new RegExp([
      '\\b(?:charged|billed|debited|took|taken|withdrawn|withdrew|deducted|paid)(?: [^ ]+){0,5}? (?:twice|two times|double|three times|too much'
        + '|multiple times|without my|without asking|wrongly|incorrectly)\\b',
      '\\b(?:double|twice|over) (?:charg|bill)|\\bovercharg|\\b(?:double|duplicate|unauthori[sz]ed|fraudulent|unknown'
        + '|unrecogni[sz]ed) (?:[^ ]+ )?(?:charge|payment|debit|transaction|withdrawal)',
      '\\b(?:don t|do not|dont|didn t|did not|didnt|never) (?:recogni[sz]e|authori[sz]ed?|make|made|approved?) (?:[^ ]+ ){0,3}?(?:charge|payment'
        + '|transaction|purchase|debit|withdrawal)',
      '\\b(?:charge|payment|transaction|withdrawal) (?:[^ ]+ ){0,4}?i (?:never|didn t|did not) (?:made?|authori[sz]ed?|approved?)\\b|\\b(?:used'
        + '|using) my (?:card|account) without\\b|\\b(?:stole|stolen) my money\\b',
      '\\bchargeback\\b|\\bcharge back\\b|\\bdisput(?:e|ed|ing) (?:[^ ]+ ){0,3}?(?:charge|payment|transaction|bill|invoice|amount)',
    ].join('|')),
  },
  {
    name: 'a demand for a refund',
    onlyDemands: true,
    pattern: new RegExp([
      '\\b(?:want|demand|demanding|expect|insist on|require|need|would like|d like|request|requesting|entitled to) (?:[^ ]+ ){0,4}?(?:refund'
        + '|money back|reimbursement|compensation)\\b',
      '\\b(?:give|send|pay|return|transfer|wire) (?:me |us )?(?:back )?(?:my |our |the |all )+money\\b|\\bmoney back (?:now|immediately|today)\\b'
        + '|\\b(?:give|send|pay|issue|process) (?:me|us) (?:a|my|the) (?:full )?refund\\b|\\brefund (?:me|us)\\b|^(?:please )?refund\\b.*\\b(?:now'
        + '|immediately|my|this)\\b',
    ].join('|')),
  },
  {
    name: 'the deletion of an account or data',
    onlyDemands: true,
    pattern: new RegExp([
      '\\b(?:delete|remove|erase|close|wipe|deactivate|terminate) (?:all )?(?:of )?(?:my|our) (?:[^ ]+ )?(?:account|data|profile'
        + '|personal information|details)\\b|\\bright to be forgotten\\b',
      '\\b(?:delete|erase|remove) (?:everything|all (?:the )?(?:data|information)) (?:[^ ]+ ){0,3}?(?:about|on|of) me\\b',
      '\\b(?:gdpr|erasure|data deletion|data access|subject access) request\\b|\\b(?:my|our) (?:account|data|profile) (?:deleted|erased|closed'
        + '|removed)\\b',
    ].join('|')),
  },
  {
    name: 'a legal matter',
    pattern: new RegExp(
      '\\b(?:lawyers?|attorneys?|solicitor|(?:to|will|ll|gonna|would) sue|suing|sued|lawsuit|legal (?:action|steps|advice|proceedings|claim)'
      + '|(?:to|in) court|small claims|police|prosecutor|trading standards|consumer (?:protection|rights)|ombudsman|subpoena|breach of contract'
      + '|violat(?:es|ed|ing) (?:the )?(?:gdpr|law)|data protection authority)\\b',
    ),
  },
  {
    name: 'a complaint',
    pattern: new RegExp([
      '\\bcomplain|\\bunacceptable\\b|\\boutrag|\\bdisgusting\\b|\\bappalling\\b|\\bfurious\\b|\\bscam(?:med|mers?)?\\b|\\b(?:rip off|ripped off'
        + '|ripoff)\\b|\\bfraud|\\bthieves\\b|\\bridiculous\\b|\\bpathetic\\b|\\bincompetent\\b|\\bfed up\\b|\\bsick of (?:this|you|your|waiting)',
      '\\b(?:worst|terrible|horrible|awful) (?:customer )?(?:service|company|shop|store|experience|support)\\b|\\bnever (?:buy|order|shop'
        + '|come) .*\\bagain\\b|\\bwaste of (?:my )?(?:time|money)\\b|\\bbad review\\b|\\bone star\\b|\\b(?:very|extremely|deeply|really'
        + '|so) (?:disappointed|unhappy|upset|angry|dissatisfied)\\b|\\b(?:service|support|company) (?:is|was) (?:so |really '
        + '|absolutely )?(?:terrible|awful|horrible|a joke|a disgrace|rubbish)\\b',
      '\\bfuck|\\bshit|\\bbullshit\\b|\\bidiots?\\b|\\bmorons?\\b|\\bassholes?\\b|\\bbastards?\\b|\\byou (?:all |guys )?(?:suck|are (?:useless'
        + '|liars|stupid|the worst))\\b',
    ].join('|')),
  },
];
