/** How French asks for a person. Patterns see folded text (fold.ts): `quelqu un`, `s il vous plait`. */
const STAFF = '(?:humaine?s?|vraies? personnes?|personnes? (?:reelles?|physiques?|en chair)|conseill(?:er|ere|ers)|agents?|operat(?:eur|rice)'
  + '|responsable|superieur|interlocuteur|service clients?|service clientele|charge de clientele|teleconseiller|quelqu un de (?:reel|vrai|chez vous'
  + '|votre equipe))';
const ANYBODY = `(?:${STAFF}|personne|quelqu ?un|qqn|manager|chef|patron|service apres vente|sav|support|collegues?|employee?|representante?`
    + `|technicien`
  + '|assistante?|(?:votre|l) equipe)';
const SHORT = '^(?=[^ ]+(?: [^ ]+){0,19}$)';

export const FRENCH: readonly string[] = [
  '\\b(?:parler|parle|discuter|echanger|chatter|dialoguer|communiquer|correspondre|entretenir|ecrire) (?:directement |plutot |en direct '
    + `|tout de suite |maintenant )*(?:a|avec|au|aux) (?:[^ ]+ ){0,4}?${ANYBODY}\\b`,
  '\\b(?:(?:me|nous) (?:passer|mettre|transferer|connecter|orienter|rediriger|diriger|donner)|(?:passez|mettez|transferez|connectez|orientez'
    + `|redirigez|dirigez|donnez|passe|mets|transfere|donne) (?:moi|nous))(?: [^ ]+){0,5}? ${ANYBODY}\\b`,
  `\\b(?:en relation|en contact|en ligne|transferee?|connectee?|redirigee?|orientee?) (?:avec|a|vers) (?:[^ ]+ ){0,3}?${ANYBODY}\\b`,
  '\\b(?:veux|voudrais|souhaite|souhaiterais|aimerais|prefere|prefererais|besoin|cherche|demande|exige|desire) (?:bien |parler |voir |avoir '
    + `|joindre |contacter |d |de |un |une |a |au |l |le |la |votre |vos |vrai |autre |plutot |avec |aide ){0,7}${STAFF}\\b`,
  `${SHORT}(?!.*\\b(?:etes vous|es tu|vous etes|tu es) ).*\\bhumaine?s?\\b(?! (?:ressources?|rights))(?<!ressources humaines)`,
  `^(?:bonjour |un |une |des |le |la |l |vrai |s il vous plait |svp |parler |a |au |avec |oui |non )*${ANYBODY}(?: reel| reelle| humaine?`
    + '| s il (?:vous|te) plait| svp| merci| maintenant)*$',
  `\\b(?:il y a|y a t il|y a)(?: ici| la)? (?:quelqu un|(?:une? |des )?(?:vraie? )?${STAFF})\\b`,
  '\\b(?:pas|sans|marre|stop|plutot qu|non|assez) (?:parler |discuter |de |des |du |un |une |a |au |avec |d |aux |le |les |ce |ces )*(?:robots?'
    + '|bots?|chatbots?|ia)\\b',
  '\\bpas (?:parler|discuter) (?:a|avec) une (?:machine|ia)\\b',
  '\\b(?:pouvez vous|peux tu|pourriez vous|merci de|peut il|peut|pourrait|peut on) (?:me |m |nous )(?:appeler|rappeler|contacter)\\b|\\b(?:appelez'
    + '|rappelez|contactez|appelle|rappelle) moi\\b|\\betre (?:rappele|contacte|appele)e?\\b'
    + '|\\bqu on me (?:rappelle|appelle|contacte|reponde)\\b',
  '\\b(?:quelqu un|(?:un|une) (?:conseill(?:er|ere)|agent|humain|collegue|responsable)) (?:peut|pourrait|va|pour)(?: il)? (?:me |m '
    + '|nous )?(?:repondre|appeler|rappeler|contacter|aider$)',
  `\\b(?:joindre|contacter|rejoindre|voir|avoir) (?:un |une |votre |le |la |l |vrai ){0,3}(?:${STAFF}|quelqu un|personne)\\b`,
];
