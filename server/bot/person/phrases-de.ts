/** How German asks for a person. Patterns see folded text (fold.ts): no umlauts. */
const STAFF = '(?:mensch(?:en)?|mitarbeiter(?:in|n|innen)?|berater(?:in|n)?|ansprechpartner(?:in)?|kundendienst|kundenservice|kundenbetreuung'
  + '|kundenbetreuer(?:in)?|kundenberater(?:in)?|agent(?:en|in)?|sachbearbeiter(?:in)?|operator'
  + '|vorgesetzt(?:e|en|er)|teamleiter(?:in)?|servicemitarbeiter(?:in)?|(?:echte|richtige|reale|wirkliche)[nrs]? person(?:en)?|(?:echten?'
  + '|richtigen?) leuten?|menschliche[nrs]? [^ ]+|personliche[nrs]? (?:hilfe|kontakt|beratung|gesprach|betreuung|ansprechpartner))';
const ANYBODY = `(?:${STAFF}|person|jemand(?:em|en)?|irgendjemand(?:em|en)?|irgendwem|kolleg(?:e|en|in)|chef(?:in)?|support|service|(?:eurem|ihrem`
  + '|dem) team|euch|leuten)';
const LINKS = '(?:sie |du |mich |mir |uns |bitte |mal |doch |einmal |jetzt |sofort |gerne? |nur |lieber |an |mit |zu |zum |zur |ein |einem |einer '
  + '|einen |eine |den |der |dem |die |das |ihren |ihrem |ihrer |eurem |eure |euren |als '
  + '|echten |echter |echte |richtigen |richtige |richtiger |anderen |lebenden |wirklichen |weiter |durch |direkt )';
const SHORT = '^(?=[^ ]+(?: [^ ]+){0,19}$)';

export const GERMAN: readonly string[] = [
  '^(?:bitte |mich |jetzt )*verbinden(?: bitte)?$|\\b(?:mochte|will|wurde gerne?|kann) (?:ich )?(?:lieber |jetzt )?telefonieren\\b',
  `\\b(?:mit|zu|an|zum|zur|den|einen|eine|ihren|ihre|jemanden) (?:[^ ]+ ){0,3}?${ANYBODY} (?:[^ ]+ ){0,4}?(?:sprechen|reden|chatten|schreiben`
    + '|telefonieren|verbinden|verbunden|verbindet|weiterleiten|weitergeleitet|ubergeben|kommunizieren|durchstellen|kontaktieren|erreichen'
    + '|dazuholen)\\b',
  '\\b(?:sprech|spreche|red|rede|verbind|leit|stell|ubergeb|geb|gib|hol|erreich|kontaktier|schick|wechsle)[^ ]* (?:ich '
    + `|ihr )?${LINKS}{0,7}${ANYBODY}\\b`,
  `\\b(?:will|mochte|brauche|benotige|hatte|wunsche|hilfe von|bitte|lieber|suche|bevorzuge|verlange|gerne?|konnen|konnte) ${LINKS}{0,5}(?:${STAFF}`
    + '|jemanden? (?:echten|sprechen|vom|von|aus|der|richtigen)|kolleg(?:en|in) )',
  `${SHORT}(?!.*\\b(?:bist du|sind sie|bin ich) ).*(?<!\\b(?:viele|fur|zwei|drei|vier|\\d+) )\\b(?:mensch(?:en|lich[^ ]*)?|(?:echte`
    + '|richtige)[nr]? (?:leuten?|person(?:en)?))\\b',
  `^${LINKS}*${ANYBODY}(?: echtes| echten| richtiges| bitte| vom team| aus dem team| sprechen| jetzt| sofort| reden| danke)*$`,
  '\\b(?:gibt es|gibts|ist|sind|sitzt|jemand) (?:hier |da |dort |auch |denn |noch |uberhaupt |bei euch )*(?:echte[nr]? |richtige[nr]? '
    + '|wirkliche[nr]? |ein |eine |einen )*(?:jemand|echte (?:person|leute)|mitarbeiter|jemand da|da|hier)$',
  '\\b(?:ist|ware) (?:hier |da |dort |noch |denn )*jemand\\b',
  '\\b(?:kein(?:en|em|e)?|nicht mit|ohne|statt|genug von|satt|schluss mit|weg mit) (?:[^ ]+ ){0,2}?(?:bots?|robotern?|chatbots?|ki)\\b',
  '\\bnicht (?:mit|zu) (?:einer |einem |dieser |der )?(?:maschinen?|computern?|automat[^ ]*)\\b|\\bmit keine[rm] (?:maschine|computer'
    + '|automat[^ ]*)\\b',
  '\\b(?:stell|verbind|leit)[^ ]* (?:sie |ihr )?mich (?:bitte |doch |mal )*(?:durch|weiter)\\b|\\bmich (?:bitte )?(?:durchstellen|weiterleiten'
    + '|verbinden)\\b',
  '\\bruf(?:en|t)? (?:sie |ihr )?mich (?:[^ ]+ ){0,2}?(?:an|zuruck)\\b|\\bruckruf\\b|\\bmich (?:bitte |jemand |mal |mal jemand |einer )*(?:anrufen'
    + '|zuruckrufen|kontaktieren)\\b',
  '\\b(?:jemand|einer von euch) (?:[^ ]+ ){0,2}?(?:anrufen|zuruckrufen|melden|antworten|ubernehmen|helfen$)\\b',
];
