/** How Spanish asks for a person. Patterns see folded text (fold.ts): no accents, no tilde. */
const STRONG = '(?:humanos?|ser(?:es)? humanos?|persona|personas reales|agentes?|asesora?|operadora?|representante|encargad[oa]|supervisora?|gerente|atencion al cliente|servicio al cliente)';
const PERSON = `(?:${STRONG}|alguien|jefe|jefa|responsable|soporte|companer[oa]|emplead[oa]|tecnico|ejecutiv[oa]|(?:su|el) equipo)`;
const LINKS = '(?:hablar |ver |tener |atendid[oa] |por |con |a |de |que |un |una |el |la |al |su |otro |otra |me |atienda |atiendan |ayude |responda |ser |alguna |algun )';

export const SPANISH: readonly string[] = [
  `\\b(?:hablar?|hablo|chatear|conversar|comunicar(?:me|nos)?|platicar|charlar|contactar) (?:directamente |ya |mejor |ahora )*(?:con|a) (?:[^ ]+ ){0,4}?${PERSON}\\b`,
  `\\b(?:pase|pasa|pasen|ponga|pongan|pon|transfiera|transfiere|conecte|conecta|comunique|comunica|derive|deriva|de|den|da|busque|paso)(?:me|nos)(?: [^ ]+){0,4}? ${PERSON}\\b`,
  `\\b(?:me|nos) (?:puede[ns]? |podria[ns]? )?(?:pas|comunic|conect|transf|pon|deriv|d)[^ ]*(?: [^ ]+){0,4}? ${PERSON}\\b`,
  `\\b(?:quiero|quisiera|necesito|prefiero|deseo|gustaria|busco|exijo|solicito) ${LINKS}{0,6}(?:${STRONG}|alguien (?:real|de verdad|humano))\\b`,
  `^(?:hola |si |no |un |una |con |a |por favor |hablar |el |la )*${PERSON}(?: real| humano| humana| de verdad| por favor| ya| ahora| gracias)*$`,
  '\\bhay (?:algun |alguna |un |una |aqui |alli |por ahi )*(?:alguien|humanos?|personas? (?:real|reales|de verdad|ahi|aqui)|agentes?|asesor|operador)\\b',
  '\\b(?:no (?:quiero |mas |a |con |un |una |hablar |al |los |el ){0,6}|sin |basta de |harto de |odio )(?:robots?|bots?|chatbots?|ia)\\b',
  '\\bno quiero hablar con (?:una |la )?(?:maquina|computadora)\\b',
  '\\b(?:llam(?:eme|enme|ame)|(?:me|alguien) (?:pueden?|podrian?)(?: alguien)? (?:llamar|contactar|atender)|(?:pueden?|podrian?) (?:llamarme|contactarme|atenderme)|que me (?:llamen?|atiendan?|contacten?))\\b',
  '\\b(?:puede|podria) (?:alguien|una persona|un humano) (?:me )?(?:ayudarme$|atenderme|responderme|llamarme|contactarme)',
];
