/** How Spanish asks for a person. Patterns see folded text (fold.ts): no accents, no tilde. */
const STAFF = '(?:human[oa]s?|persona|personas (?:reales|de verdad)|agentes?|asesor(?:a|es)?|operadora?|representante|encargad[oa]|supervisora?'
  + '|gerente|ejecutiv[oa]|atencion al cliente|servicio al cliente|atencion personal[^ ]*)';
const ANYBODY = `(?:${STAFF}|alguien|jefe|jefa|responsable|soporte|companer[oa]|emplead[oa]|tecnico|(?:su|el|vuestro) equipo|ustedes)`;
const LINKS = '(?:hablar |ver |tener |atendid[oa] |por |con |a |de |que |un |una |el |la |al |su |otro |otra |me |atienda |atiendan |ayude '
  + '|responda |ser |alguna |algun |conmigo )';
const SHORT = '^(?=[^ ]+(?: [^ ]+){0,19}$)';

export const SPANISH: readonly string[] = [
  '\\bno (?:me )?(?:sirve|ayuda|entiende) (?:el |este )?(?:ro)?bot\\b|\\b(?:ro)?bot no (?:me )?(?:sirve|ayuda|entiende)\\b',
  '\\b(?:h?ablar?|hablo|hable|hablarle|chatear|conversar|comunicar(?:me|nos)?|comunico|platicar|charlar|contactar|contacto'
    + `|contactarme) (?:directamente |ya |mejor |ahora )*(?:con|a) (?:[^ ]+ ){0,4}?${ANYBODY}\\b`,
  '\\b(?:pase|pasa|pasen|pasar|ponga|pongan|pon|poner|transfiera|transfiere|transferir|conecte|conecta|conectar|comunique|comunica|comunicar|derive'
    + `|deriva|de|den|da|dar|busque|paso)(?:me|nos)(?: [^ ]+){0,4}? ${ANYBODY}\\b`,
  `\\b(?:me|nos) (?:puede[ns]? |podria[ns]? )?(?:pas|comunic|conect|transf|pon|deriv|d[ea]n? )[^ ]*(?: ?[^ ]+){0,4}? ${ANYBODY}\\b`,
  `\\b(?:quiero|quisiera|necesito|prefiero|deseo|gustaria|busco|exijo|solicito|queremos) ${LINKS}{0,6}(?:${STAFF}|alguien (?:real|de verdad`
    + '|humano))\\b',
  `${SHORT}(?!.*\\b(?:eres|es usted|recursos) ).*\\bhuman[oa]s?\\b`,
  `^(?:hola |si |no |un |una |con |a |por favor |hablar |el |la )*${ANYBODY}(?: real| humano| humana| de verdad| por favor| ya| ahora| gracias)*$`,
  '\\bhay (?:algun |alguna |un |una |aqui |alli |por ahi )*(?:alguien(?: ahi| aqui| real| disponible|$| que (?:me )?pueda)|personas? (?:real|reales'
    + '|de verdad|ahi|aqui|disponible)|persona$|agentes?|asesor|operador)',
  '\\b(?:no (?:quiero |mas |a |con |un |una |hablar |al |los |el ){0,6}|sin |basta de |(?:hart[oa]|cansad[oa]) (?:de |del |de este |de los )'
    + '|odio )(?:robots?|bots?|chatbots?|ia)\\b',
  '\\bno quiero hablar con (?:una |la )?(?:maquina|computadora)\\b',
  '\\b(?:llam(?:eme|enme|ame)|(?:me|alguien) (?:pueden?|podrian?)(?: alguien)? (?:llamar|contactar|atender)|(?:pueden?|podrian?) (?:llamarme'
    + '|contactarme|atenderme)|que me (?:llamen?|atiendan?|contacten?))\\b',
  '\\b(?:puede|podria) (?:alguien|una persona) (?:me )?(?:ayudarme$|atenderme|responderme|llamarme|contactarme)|\\balguien (?:me )?(?:puede'
    + '|podria) (?:ayudar(?:me)?$|atender|responder)',
];
