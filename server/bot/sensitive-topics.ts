export interface SensitiveTopic {
  /** As the team reads it. */
  readonly name: string;
  /** Sees folded text (fold.ts). */
  readonly pattern: RegExp;
  /** Who may answer a mere question about it: any responder that comes after, or only an article that is clearly the answer. Without: nobody. */
  readonly questionsGoTo?: 'others' | 'clear articles';
  /** Said to the customer before anything else. */
  readonly first?: string;
}

const IN_DANGER = 'If anybody is in danger, please call your emergency number first.';
const BELONGINGS = '(?:card|account|identity|wallet)';
const SICK = '(?:sick|ill|nauseous|dizzy|unwell)';

/** English, but for what cannot wait: what other languages say about these mostly finds no article and ends with a person as well. */
export const TOPICS: readonly SensitiveTopic[] = [
  {
    name: 'somebody in despair',
    pattern: new RegExp([
      '\\bsuicid|\\b(?:kill(?:ing)?|harm(?:ing)?|hurting|(?:want|going) to hurt) myself\\b|\\bself harm|\\bend (?:my life|it all)\\b'
        + '|\\bi (?:just )?(?:want to|wanna) die\\b'
        + '|\\b(?:don t|do not|dont) want to (?:live|be alive)\\b|\\bno reason to live\\b|\\bbetter off dead\\b',
      '\\bselbstmord|\\b(?:mich|mir) (?:umbringen|das leben nehmen)|\\bnicht mehr leben\\b|\\bme (?:tuer|matar)\\b|\\benvie de mourir\\b'
        + '|\\bquiero morir|\\bquero morrer',
    ].join('|')),
    first: 'I am sorry that you feel like this. Please call your local emergency number, or somebody who is close to you, right now.',
  },
  {
    name: 'health',
    questionsGoTo: 'clear articles',
    pattern: new RegExp([
      '\\ballergic (?:reaction|shock)|\\banaphyla|\\bfood poison|\\bpoison(?:ed|ing)\\b|\\b(?:in|to|at) (?:the )?hospital\\b|\\bambulance\\b'
        + '|\\b(?:a|the|skin) rash\\b|\\bvomit|\\bheart attack\\b|\\bchest pains?\\b|\\b(?:can t|cannot|hard to|trouble) breath|\\boverdos|\\btoo many '
        + '(?:pills|tablets|painkillers)\\b',
      `\\b(?:made|makes|making) (?:me |us |my [^ ]+ )?(?:very |really |so )?${SICK}\\b(?! of)|\\b${SICK} (?:after|from)\\b`
        + `|\\b(?:after|since) (?:[^ ]+ ){1,6}?(?:got|feel|felt|am|became|was) (?:very |really |so )?${SICK}\\b`,
    ].join('|')),
    first: IN_DANGER,
  },
  {
    name: 'a question about health',
    questionsGoTo: 'clear articles',
    pattern: /\bpregnan|\bbreast ?feed|\bmedication\b|\ballergic to\b|\bmy doctor\b|\bheart (?:condition|problem)/,
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
        + '|\\b(?:son|daughter|child|kid|baby|toddler|dog|cat|i|he|she) (?:has |have )?swallowed\\b|\\bhurt myself\\b'
        + '|\\bcut (?:me|myself|(?:my|his|her) (?:finger|hand|arm|foot|leg|lip|mouth|face))\\b',
    ].join('|')),
    first: IN_DANGER,
  },
  {
    name: 'fraud',
    questionsGoTo: 'clear articles',
    pattern: new RegExp([
      `\\bfraud|\\bidentity theft\\b|\\bscammers?\\b|\\bi (?:was|got|have been) scammed\\b|\\b${BELONGINGS} (?:has been |have been |was |got `
        + `|is )?(?:been )?(?:stolen`
        + '|hacked|compromised|cloned)\\b',
      `\\b(?:stole|stolen|hacked|cloned|hacking)(?: into)? (?:my|our) (?:[^ ]+ )?${BELONGINGS}\\b|\\b(?:used|using|uses) (?:my`
        + `|our) (?:[^ ]+ )?${BELONGINGS} without\\b`,
      '\\b(?:somebody|someone|stranger) (?:else )?(?:is |has |was )?(?:used|using|uses|ordered|bought|paid) (?:[^ ]+ ){0,3}?(?:my'
        + '|our) (?:[^ ]+ )?(?:card|account|name)\\b',
    ].join('|')),
    first: 'If a card is at risk, please have it blocked at once.',
  },
  {
    name: 'a payment dispute',
    questionsGoTo: 'clear articles',
    pattern: new RegExp([
      '\\b(?:charged|billed|debited|took|taken|withdrawn|withdrew|deducted|paid)(?: [^ ]+){0,5}? (?:twice|two times|double|three times|too much'
        + '|multiple times|without my|without asking|wrongly|incorrectly)\\b',
      '\\b(?:double|twice|over) (?:charg|bill)|\\bovercharg|\\b(?:double|duplicate|unauthori[sz]ed|fraudulent|unknown'
        + '|unrecogni[sz]ed) (?:[^ ]+ )?(?:charge|payment|debit|transaction|withdrawal)',
      '\\b(?:don t|do not|dont|didn t|did not|didnt|never) (?:recogni[sz]e|authori[sz]ed?|make|made|approved?) (?:[^ ]+ ){0,3}?(?:charge|payment'
        + '|transaction|purchase|debit|withdrawal)',
      '\\b(?:charge|payment|transaction|withdrawal|debit) (?:[^ ]+ ){0,6}?i (?:never|didn t|did not) (?:ma[dk]e|authori[sz]ed?|approved?)\\b|\\b(?:stole'
        + '|stolen) my money\\b',
      '\\bchargeback\\b|\\bcharge back\\b|\\bdisput(?:e|ed|ing) (?:[^ ]+ ){0,3}?(?:charge|payment|transaction|bill|invoice|amount)',
    ].join('|')),
  },
  {
    name: 'a demand for a refund',
    questionsGoTo: 'others',
    pattern: new RegExp([
      '\\b(?:want|demand|demanding|expect|insist on|require|need|would like|d like|request|requesting|entitled to)'
        + ' (?!(?:[^ ]+ ){0,6}(?:check|track|know|see|find|understand|information|ask)[^ ]* )(?:[^ ]+ ){0,4}?(?:refund|money back|reimbursement'
        + '|compensation)\\b(?! (?:policy|policies|rules|status|conditions|process|terms))',
      '\\b(?:give|send|pay|return|transfer|wire) (?:me |us )?(?:back )?(?:my |our |the |all )+money\\b|\\bmoney back (?:now|immediately|today)\\b'
        + '|\\b(?:give|send|pay|issue|process) (?:me|us) (?:a|my|the) (?:full )?refund\\b|\\brefund (?:me|us)\\b|^(?:please )?refund\\b.*\\b(?:now'
        + '|immediately|my|this)\\b',
    ].join('|')),
  },
  {
    name: 'the deletion of an account or data',
    questionsGoTo: 'others',
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
    questionsGoTo: 'others',
    pattern: new RegExp(
      '\\b(?:(?:my|an?|hired?|get|through) (?:lawyers?|attorneys?|solicitors?)|lawyers? (?:will|is|are going)|(?:to|will|ll|gonna|would) sue|suing'
        + '|sued|lawsuit|legal (?:action|steps|advice|proceedings|claim)|(?:to|in) court|small claims|police|prosecutor|trading standards'
        + '|consumer (?:protection|rights)|ombudsman|subpoena|breach of contract'
        + '|violat(?:es|ed|ing) (?:the )?(?:gdpr|law)|data protection authority)\\b',
    ),
  },
  {
    name: 'a complaint',
    questionsGoTo: 'clear articles',
    pattern: new RegExp([
      '\\bcomplain|\\bunacceptable\\b|\\boutrag|\\bdisgusting\\b|\\bappalling\\b|\\bfurious\\b|\\bscam\\b|\\b(?:rip off|ripoff|(?:been|being|feel'
        + '|get|got|was|me|us|people) ripped off'
        + '|rip(?:ping)? (?:me|us|people|customers) off)\\b|\\bthieves\\b|\\bridiculous\\b|\\bpathetic\\b|\\bincompetent\\b|\\bfed up\\b'
        + '|\\bsick of (?:this|you|your|waiting)',
      '\\b(?:worst|terrible|horrible|awful) (?:customer )?(?:service|company|shop|store|experience|support)\\b|\\bnever (?:buy|order|shop'
        + '|come) .*\\bagain\\b|\\bwaste of (?:my )?(?:time|money)\\b|\\bbad review\\b|\\bone star\\b|\\b(?:very|extremely|deeply|really'
        + '|so) (?:disappointed|unhappy|upset|angry|dissatisfied)\\b|\\b(?:service|support|company) (?:is|was) (?:so |really '
        + '|absolutely )?(?:terrible|awful|horrible|a joke|a disgrace|rubbish)\\b',
      '\\bfuck|\\bshit|\\bbullshit\\b|\\bidiots?\\b|\\bmorons?\\b|\\bassholes?\\b|\\bbastards?\\b|\\bwtf\\b|\\b(?:shut up|go to hell|piss off'
        + '|screw you|hate you)\\b'
        + '|\\byou (?:all |guys )?(?:suck|(?:are|re) (?:all |so |such |really |a |an )*(?:useless|liars?|stupid|dumb|trash|garbage|worthless'
        + '|the worst))\\b',
      '\\bscheiss|\\barschloch|\\bmerde\\b|\\bputain\\b|\\bmierda\\b|\\bcaralho\\b',
    ].join('|')),
  },
];
