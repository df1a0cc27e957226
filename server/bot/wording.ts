import type { Language } from './language.ts';

/** What the bot says when it hands on: what happened, and what happens next. */
interface Wording {
  /** The customer asked for a person. */
  readonly asked: string;
  readonly noAnswer: string;
  readonly unsure: string;
  readonly notHelped: string;
  /** A matter that no machine should answer. */
  readonly forPerson: string;
}

export const WORDING: Readonly<Record<Language, Wording>> = {
  en: {
    asked: 'Of course. A person will answer you here.',
    noAnswer: 'I do not know that. A person will answer you here.',
    unsure: 'I am not sure that I understand. A person will answer you here.',
    notHelped: 'I am sorry that I could not help. A person will answer you here.',
    forPerson: 'This is for a person. Somebody will answer you here.',
  },
  de: {
    asked: 'Gern. Hier antwortet Ihnen ein Mensch.',
    noAnswer: 'Das weiß ich nicht. Hier antwortet Ihnen ein Mensch.',
    unsure: 'Ich bin nicht sicher, ob ich das verstehe. Hier antwortet Ihnen ein Mensch.',
    notHelped: 'Es tut mir leid, dass ich nicht helfen konnte. Hier antwortet Ihnen ein Mensch.',
    forPerson: 'Das ist etwas für einen Menschen. Hier antwortet Ihnen jemand.',
  },
  fr: {
    asked: 'Bien sûr. Une personne va vous répondre ici.',
    noAnswer: 'Je ne le sais pas. Une personne va vous répondre ici.',
    unsure: 'Je ne suis pas sûr de comprendre. Une personne va vous répondre ici.',
    notHelped: 'Je suis désolé de ne pas avoir pu vous aider. Une personne va vous répondre ici.',
    forPerson: 'Une personne doit s’en occuper. Elle va vous répondre ici.',
  },
  es: {
    asked: 'Por supuesto. Le responderá aquí una persona.',
    noAnswer: 'No lo sé. Le responderá aquí una persona.',
    unsure: 'No estoy seguro de entenderlo. Le responderá aquí una persona.',
    notHelped: 'Siento no haber podido ayudar. Le responderá aquí una persona.',
    forPerson: 'De esto se ocupa una persona. Le responderá aquí.',
  },
  pt: {
    asked: 'Claro. Uma pessoa vai responder aqui.',
    noAnswer: 'Isso não sei. Uma pessoa vai responder aqui.',
    unsure: 'Não tenho a certeza de que entendi. Uma pessoa vai responder aqui.',
    notHelped: 'Lamento não ter conseguido ajudar. Uma pessoa vai responder aqui.',
    forPerson: 'Isto é para uma pessoa. Alguém vai responder aqui.',
  },
};
