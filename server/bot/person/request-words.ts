import type { Language } from '../language.ts';

/** The words of which a request for a person is made, in one language; folded (fold.ts). */
export interface RequestWords {
  /** People of the team, and nobody else. */
  readonly staff: ReadonlySet<string>;
  /** Anybody, or a service: a request only together with asking. */
  readonly anybody: ReadonlySet<string>;
  readonly asking: ReadonlySet<string>;
  /** Says nothing else. */
  readonly around: ReadonlySet<string>;
}

export const REQUEST_WORDS: Readonly<Record<Language, RequestWords>> = {
  en: {
    staff: words(`
      human humans agent agents rep representative representatives operator operators adviser advisor supervisor manager colleague colleagues
      employee staff person consultant specialist
    `),
    anybody: words(`
      someone somebody sb anyone anybody any1 being member members assistant support service sales team
    `),
    asking: words(`
      please pls plz want wants wanted wanna need needs get give prefer rather appreciate wish request requesting demand talk talking speak speaking
      chat chatting discuss word connect connected connecting connection transfer transferred contact contacting reach put pass hand handover
      handoff switch forward escalate call callback phone ring reply answer respond write help helping available let bring find ask asked
    `),
    around: words(`
      2 a able about actual actually advice advise advised again all already am an and another are around as at automated be been bloody bot bots
      but by can cannot care chance chatbot could customer d damn dear did direct directly do does don done dont down else enough evening ever fed
      for from fucking god goddamn good got had has have hello here hey hi hold how i id if im in instead into is isn it just kind kindly know like
      line live ll look looking m machine may maybe me message mind minute moment morning must no nobody not now of off ok okay on one online or out
      over perhaps possible proper quick quickly real really right robot robots s send should sick so some soon sorry still stop stupid sure t take
      than thank thanks that the then there these this through time tired to today told too try trying u up ur urgently us useless very via wait was
      way we well what where which who will with without won wont would ya yes you your
    `),
  },
  de: {
    staff: words(`
      mensch menschen mitarbeiter mitarbeiterin mitarbeitern berater beraterin beratern ansprechpartner ansprechpartnerin kundendienst kundenservice
      kundenbetreuer kundenbetreuung agent agenten operator vorgesetzte vorgesetzten vorgesetzter teamleiter kollege kollegen kollegin
      sachbearbeiter person supportmitarbeiter servicemitarbeiter
    `),
    anybody: words(`
      jemand jemanden jemandem irgendwen irgendjemand support service team einer leute leuten personen chef
    `),
    asking: words(`
      bitte sprechen reden chatten schreiben telefonieren anrufen ruf rufe rufen ruft verbinden verbinde verbindet weiterleiten weitergeleitet
      leiten leite durchstellen stellen kontakt kontaktieren erreichen erreiche helfen hilfe brauche brauch benotige will mochte hatte wunsche gib
      geben geb holen hol verlange kann konnen konnten konnte antworten antwortet zuruckrufen ruckruf melden ubernehmen wechseln gern gerne lieber
      suche dazu
    `),
    around: words(`
      ab aber als also am an auch auf aus bei bin bot chat da damit dank danke das dass dem den der des dich die dir direkt doch dort du durch echt
      echte echten echter ein eine einem einen einer eines einmal endlich es euch eurem euren fur gar geht gerade gibt gibts gleich guten hallo hi
      hier ich ihr ihre ihrem ihren ihrer im in ist ja jetzt kein keine keinem keinen keiner lebenden mal maschine mehr menschliche menschlichen
      menschlicher mich mir mit ne nein nen ner nicht noch nur ob oder ok per personlich personliche richtig richtige richtigen richtiger roboter
      schnell sein sie sind so sofort sonst statt tag telefon uber um und uns viel vielen vom von wahre war ware was weiter wen wer wie wieder wir
      wirklich wirklichen wo wurde wurden zu zum zur
    `),
  },
  fr: {
    staff: words(`
      humain humaine humains conseiller conseillere conseillers agent agents operateur operatrice responsable superieur interlocuteur collegue
      collegues teleconseiller
    `),
    anybody: words(`
      quelqu qqn quelquun personne personnes support service client clientele sav equipe chef patron manager technicien
    `),
    asking: words(`
      parler parle discuter echanger joindre contacter contact contactez appeler appelez appelle rappeler rappelez rappelle passer passez passe
      mettre mettez transferer transferez transfere relation veux voudrais souhaite souhaiterais aimerais prefere prefererais besoin demande exige
      cherche repondre reponde aider aide peux puis peut pouvez pourriez svp stp plait telephone
    `),
    around: words(`
      a ai alors assez au aupres autre aux avec avoir bien bonjour bonsoir bot c ca ce cela cette chatbot comment d dans de des direct directement
      donc du en est et etre fait ici il j je l la le les ligne ma machine maintenant marre me merci mieux moi moyen n ne non nous on ou oui par pas
      physique plus plutot possible pour qu que qui reel reelle robot s serait si soit stop suite sur te tout toute tres tu un une urgent vers vite
      vos votre vous vrai vraie y
    `),
  },
  es: {
    staff: words(`
      humano humana humanos persona agente agentes asesor asesora asesores operador operadora representante encargado encargada supervisor
      supervisora gerente ejecutivo ejecutiva responsable
    `),
    anybody: words(`
      alguien personas soporte servicio atencion cliente equipo personal tecnico jefe companero companera
    `),
    asking: words(`
      quiero kiero quisiera necesito prefiero deseo gustaria puedo puede puedes pueden podria podrias podrian hablar ablar hable chatear comunicar
      comunicarme comuniqueme comunicame comunican contactar contacto contactarme pasar pasame paseme pasen pon ponme pongame transferir
      transferirme transfiera transfiereme llamar llame llamen llameme llamenme llamarme atender atienda atiendan atendido atendida ayudar ayude
      ayuda favor responda busco exijo solicito hay
    `),
    around: words(`
      a ahi ahora al algun alguna aqui bot buenas buenos como con cual de del dias directamente directo el ella en es esta este esto favor gracias
      hacer hola la las le lo los maquina mas me mejor necesita no nos o otra otro para por porfa q que quien real reales robot se ser si solo
      tardes te telefono tengo un una unos urgente usted verdad y ya yo
    `),
  },
  pt: {
    staff: words(`
      humano humana humanos pessoa atendente atendentes agente agentes operador operadora representante gerente supervisor supervisora responsavel
      colega assistente consultor
    `),
    anybody: words(`
      alguem pessoas suporte apoio atendimento cliente equipe equipa voces gente tecnico chefe
    `),
    asking: words(`
      quero kero queria gostaria gostava preciso prefiro desejo posso pode podem poderia poderiam falar falo fala fale conversar contactar contatar
      contato contacto passar passa passe transferir transfere transfira transferido ligar ligue liguem liga ajudar ajuda ajude favor responder
      responda atender atenda atendido atendida chamar chame chama telefonar telefonem tem
    `),
    around: words(`
      a agora ai algum alguma ao aos aqui as boa bom bot com como consigo da de dia diretamente direto do dos e em esse este eu faco ha isso ja la
      mais maquina me melhor mim na nao no noite o obrigada obrigado oi ola onde os ou outra outro para pf pfv pfvr por pra pro que quem reais real
      robo robot se sem ser sim so tarde te telefone um uma urgente vcs verdade vez voce
    `),
  },
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
