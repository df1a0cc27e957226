/** How French asks for a person. Patterns see folded text (fold.ts): `quelqu un`, `s il vous plait`. */
const STRONG = '(?:humains?|etres? humains?|vraies? personnes?|personnes? (?:reelles?|humaines?|physiques?)|conseill(?:er|ere|ers)|agents?|operat(?:eur|rice)|responsable|superieur|interlocuteur|service clients?|service clientele'
  + '|charge de clientele)';
const PERSON = `(?:${STRONG}|personne|quelqu un|manager|service apres vente|support|collegues?|employee?|representante?|technicien|assistante?|votre equipe|l equipe)`;

export const FRENCH: readonly string[] = [
  `\\b(?:parler|discuter|echanger|chatter|dialoguer|communiquer|correspondre|entretenir) (?:directement |plutot |en direct |tout de suite |maintenant )*(?:a|avec|au|aux) (?:[^ ]+ ){0,4}?${PERSON}\\b`,
  `\\b(?:(?:me|nous) (?:passer|mettre|transferer|connecter|orienter|rediriger|diriger|donner)|(?:passez|mettez|transferez|connectez|orientez|redirigez|dirigez|donnez|passe|mets|transfere|donne) (?:moi|nous))(?: [^ ]+){0,5}? ${PERSON}\\b`,
  `\\b(?:veux|voudrais|souhaite|souhaiterais|aimerais|prefere|prefererais|besoin|cherche|demande|exige|desire) (?:bien |parler |voir |avoir |joindre |contacter |d |de |un |une |a |au |l |le |la |votre |vos |vrai |autre |plutot |avec |aide ){0,7}${STRONG}\\b`,
  `^(?:bonjour |un |une |des |le |la |l |vrai |s il vous plait |svp |parler |a |au |avec |oui |non )*${PERSON}(?: reel| reelle| humaine?| s il (?:vous|te) plait| svp| merci| maintenant)*$`,
  `\\b(?:il y a|y a t il|y a)(?: ici| la)? (?:quelqu un|(?:une? |des )?(?:vraie? )?${STRONG})(?!s)\\b`,
  '\\b(?:pas|sans|marre|stop|plutot qu|non) (?:parler |discuter |de |des |du |un |une |a |au |avec |d |aux |le |les )*(?:robots?|bots?|chatbots?|ia)\\b',
  '\\b(?:pouvez vous|peux tu|pourriez vous|merci de|peut il|peut|pourrait) (?:me |m |nous )(?:appeler|rappeler|contacter|repondre par telephone)\\b|\\b(?:appelez|rappelez|contactez) moi\\b|\\betre (?:rappele|contacte|appele)e?\\b',
  '\\bquelqu un (?:peut|pourrait|va)(?: il)? (?:me |m |nous )?(?:repondre|appeler|rappeler|contacter|aider$)',
  `\\b(?:joindre|contacter|rejoindre|voir) (?:un |une |votre |le |la |l |vrai ){0,3}${STRONG}\\b`,
];
