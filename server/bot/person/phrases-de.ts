/** How German asks for a person. Patterns see folded text (fold.ts): no umlauts. */
const STRONG = '(?:mensch(?:en)?|mitarbeiter(?:in|n)?|berater(?:in|n)?|ansprechpartner(?:in)?|kundendienst|kundenservice|kundenbetreuung|kundenberater(?:in)?|agent(?:en|in)?|sachbearbeiter(?:in)?|operator'
  + '|vorgesetzt(?:e|en|er)|teamleiter(?:in)?|servicemitarbeiter(?:in)?|echte[nrs]? person|menschliche[nrs]? [^ ]+)';
const PERSON = `(?:${STRONG}|person|jemand(?:em|en)?|irgendjemand(?:em|en)?|kolleg(?:e|en|in)|chef(?:in)?|support|(?:eurem|ihrem) team|euch)`;
const LINKS = '(?:sie |mich |mir |uns |bitte |mal |doch |einmal |jetzt |sofort |gerne? |nur |lieber |an |mit |zu |zum |zur |ein |einem |einer |einen |eine |den |der |dem |die |das |ihren |ihrem |ihrer |eurem |eure |euren '
  + '|echten |echter |echte |richtigen |richtige |richtiger |anderen |lebenden |wirklichen |weiter |durch |direkt )';

export const GERMAN: readonly string[] = [
  `\\b(?:mit|zu|an|zum|zur|den|einen|eine|ihren|ihre) (?:[^ ]+ ){0,3}?${PERSON} (?:[^ ]+ ){0,4}?(?:sprechen|reden|chatten|schreiben|telefonieren|verbinden|verbunden|weiterleiten|weitergeleitet|ubergeben|kommunizieren|durchstellen|kontaktieren|erreichen)\\b`,
  `\\b(?:sprech|red|verbind|leit|stell|ubergeb|geb|gib|hol)[^ ]* ${LINKS}{1,7}${PERSON}\\b`,
  `\\b(?:will|mochte|brauche|benotige|hatte|wunsche|bitte|lieber|suche|bevorzuge|verlange|gerne?) ${LINKS}{0,5}(?:${STRONG}|jemanden?)\\b`,
  `^${LINKS}*${PERSON}(?: bitte| sprechen| jetzt| sofort| reden| danke)*$`,
  '\\b(?:gibt es|gibts|ist|sind|sitzt) (?:hier |da |dort |auch |denn |noch |uberhaupt |bei euch )*(?:echte[nr]? |richtige[nr]? |wirkliche[nr]? |ein |eine |einen )*(?:mensch(?:en)?|jemand|echte (?:person|leute)|mitarbeiter)\\b',
  '\\b(?:kein(?:en|em)?|nicht mit|ohne|statt|genug von) (?:[^ ]+ ){0,2}?(?:bots?|roboter|chatbots?|ki)\\b',
  '\\bnicht (?:mit|zu) (?:einer |einem |dieser |der )?(?:maschine|computer|automat[^ ]*)\\b',
  '\\bruf(?:en|t)? (?:sie |ihr )?mich (?:[^ ]+ )?(?:an|zuruck)\\b|\\bruckruf\\b|\\bmich (?:bitte |jemand |mal |mal jemand |einer )*(?:anrufen|zuruckrufen)\\b',
  '\\b(?:jemand|einer von euch) (?:[^ ]+ ){0,2}?(?:anrufen|zuruckrufen|melden|antworten|helfen$)\\b',
];
