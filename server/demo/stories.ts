/** The demo's shop, Tidewater, sells coffee gear. Its customers are invented. */

export type Line =
  | { readonly by: 'customer' | 'ana' | 'ben' | 'chidi'; readonly text: string }
  | BotLine
  | HandOffLine
  | { readonly by: 'ana' | 'ben' | 'chidi'; readonly note: string }
  | { readonly by: 'customer' | 'ana' | 'ben' | 'chidi'; readonly does: 'ask for a person' | 'resolve' };

export interface BotLine {
  readonly by: 'bot';
  readonly text: string;
  /** The article of which these are the words. Without: small talk. */
  readonly article?: string;
}

/** What the bot says as it hands on. */
export interface HandOffLine {
  readonly by: 'bot';
  readonly handsOn: string;
  readonly reason: 'customer_request' | 'no_answer' | 'sensitive_topic';
}

export interface Story {
  readonly customer: { readonly id: string; readonly name: string; readonly email?: string };
  /** How long ago the last line was, in minutes; the others come a minute apart before it. */
  readonly minutesAgo: number;
  readonly lines: readonly Line[];
}

export const STORIES: readonly Story[] = [
  {
    customer: { id: 'carla', name: 'Carla Moreau', email: 'carla@example.com' },
    minutesAgo: 9,
    lines: [
      { by: 'customer', text: 'Hi, my grinder arrived with a cracked hopper.' },
      { by: 'bot', text: 'I am sorry to hear that. If you would rather talk to a person, say so at any time.' },
      { by: 'customer', does: 'ask for a person' },
      { by: 'customer', text: 'Yes please. I took photos, the crack runs all the way down.' },
    ],
  },
  {
    customer: { id: 'deniz', name: 'Deniz Kaya', email: 'deniz@example.com' },
    minutesAgo: 4,
    lines: [
      { by: 'customer', text: 'Where is my order? It should have come on Tuesday.' },
      { by: 'bot', text: 'Orders leave us within two working days. Inland the carrier takes three more; elsewhere in Europe, five to seven.', article: 'delivery-times' },
      { by: 'customer', text: 'It says “with the carrier” since Friday. Can somebody check?' },
      { by: 'customer', does: 'ask for a person' },
    ],
  },
  {
    customer: { id: 'emil', name: 'Emil Sørensen', email: 'emil@example.com' },
    minutesAgo: 18,
    lines: [
      { by: 'customer', text: 'The machine loses pressure after the second cup.' },
      { by: 'customer', does: 'ask for a person' },
      { by: 'customer', text: 'I have descaled it twice already.' },
    ],
  },
  {
    customer: { id: 'farah', name: 'Farah Haddad', email: 'farah@example.com' },
    minutesAgo: 2,
    lines: [
      { by: 'customer', text: 'Can I change the address of order 20417?' },
      { by: 'ana', text: 'Hello Farah! It has not left yet, so yes. Where shall it go?' },
      { by: 'customer', text: 'Rue des Lilas 12, please. Same town.' },
    ],
  },
  {
    customer: { id: 'goran', name: 'Goran Petrović' },
    minutesAgo: 6,
    lines: [
      { by: 'customer', text: 'Do you ship to Serbia?' },
      { by: 'ben', text: 'We do, with duties paid. It takes about a week.' },
      { by: 'ben', note: 'Asked for a quote on five machines last year. Worth a discount.' },
      { by: 'customer', text: 'And what does it cost for three kilos?' },
      { by: 'ben', text: '14 euros. Shall I put an order together for you?' },
    ],
  },
  {
    customer: { id: 'hana', name: 'Hana Novák', email: 'hana@example.com' },
    minutesAgo: 31,
    lines: [
      { by: 'customer', text: 'Hello' },
      { by: 'bot', text: 'Hello! How can I help?' },
      { by: 'customer', text: 'What are your opening hours?' },
      { by: 'bot', text: 'The shop is open Tuesday to Saturday, 9 to 18. On Sundays, Mondays and public holidays it is closed.', article: 'opening-hours' },
    ],
  },
  {
    customer: { id: 'ines', name: 'Inês Carvalho', email: 'ines@example.com' },
    minutesAgo: 55,
    lines: [
      { by: 'customer', text: 'thanks, the new filter fits!' },
      { by: 'bot', text: 'Glad to hear it. Anything else, just write.' },
    ],
  },
  {
    customer: { id: 'jonas', name: 'Jonas Weber', email: 'jonas@example.com' },
    minutesAgo: 14,
    lines: [
      { by: 'customer', text: 'I was charged twice for the same bag.' },
      { by: 'bot', handsOn: 'This is for a person. Somebody will answer you here.', reason: 'sensitive_topic' },
      { by: 'customer', text: 'It is the Lighthouse, 500 grams, from Monday.' },
      { by: 'chidi', text: 'That should not happen. I see both charges and have sent one back; it takes two to three days.' },
      { by: 'chidi', note: 'Payment provider retried. Third case this week.' },
      { by: 'customer', text: 'Great, thank you Chidi.' },
    ],
  },
  {
    customer: { id: 'kofi', name: 'Kofi Mensah', email: 'kofi@example.com' },
    minutesAgo: 180,
    lines: [
      { by: 'customer', text: 'Is the travel kettle safe for 110 volts?' },
      { by: 'ana', text: 'Yes, it switches by itself from 100 to 240.' },
      { by: 'customer', text: 'Perfect, ordering it now.' },
      { by: 'ana', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'lea', name: 'Léa Dubois', email: 'lea@example.com' },
    minutesAgo: 1_500,
    lines: [
      { by: 'customer', text: 'How do I return a mug?' },
      {
        by: 'bot', article: 'returns',
        text: 'You may return what you do not like within 30 days, unused and in its box. Stick the label from the box on it and hand it in at any parcel shop; '
          + 'inland the way back is free.',
      },
      { by: 'customer', text: 'ok thanks' },
      { by: 'customer', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'mateo', name: 'Mateo Ruiz' },
    minutesAgo: 22,
    lines: [
      { by: 'customer', text: 'Which beans would you take for a moka pot?' },
      {
        by: 'bot', article: 'choose-beans',
        text: 'For espresso and moka pots take a medium roast such as “Harbour”: chocolate, nuts, little acid. For filter and pour-over take a light one such '
          + 'as “Lighthouse”: bright, with fruit.',
      },
    ],
  },
  {
    customer: { id: 'pia', name: 'Pia Lindqvist', email: 'pia@example.com' },
    minutesAgo: 1_640,
    lines: [
      { by: 'customer', text: 'Can I talk to somebody? My order came without the filters.' },
      { by: 'bot', handsOn: 'Of course. A person will answer you here.', reason: 'customer_request' },
      { by: 'customer', text: 'It is number 20391, three packs of size 4.' },
      { by: 'ben', text: 'I am sorry, Pia. They go out today, and you need not send anything back.' },
      { by: 'customer', text: 'Lovely, thanks!' },
      { by: 'ben', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'quim', name: 'Quim Ferrer', email: 'quim@example.com' },
    minutesAgo: 3_090,
    lines: [
      { by: 'customer', text: 'Can you engrave a name on a cup?' },
      { by: 'bot', handsOn: 'I do not know that. A person will answer you here.', reason: 'no_answer' },
      { by: 'customer', text: 'It is for my mother.' },
      { by: 'customer', text: 'Seven letters, if that matters.' },
      { by: 'ana', text: 'We do, Quim, up to twelve letters, and it takes two days more. Write the name into the field for notes when you order.' },
      { by: 'ana', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'rosa', name: 'Rosa Almeida', email: 'rosa@example.com' },
    minutesAgo: 4_500,
    lines: [
      { by: 'customer', text: 'Do you take old machines in part exchange?' },
      { by: 'bot', handsOn: 'I do not know that. A person will answer you here.', reason: 'no_answer' },
      { by: 'customer', text: 'Mine is a Harbour Two, six years old.' },
      { by: 'customer', text: 'It runs, but the steam is weak.' },
      { by: 'chidi', text: 'Not yet, I am afraid. For machines that run we know a workshop in your town that buys them; shall I write to them?' },
      { by: 'customer', text: 'Yes please.' },
      { by: 'chidi', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'samir', name: 'Samir Aziz', email: 'samir@example.com' },
    minutesAgo: 5_900,
    lines: [
      { by: 'customer', text: 'Could I speak to somebody about a wrong charge on my card?' },
      { by: 'bot', handsOn: 'Of course. A person will answer you here.', reason: 'customer_request' },
      { by: 'chidi', text: 'Hello Samir, I see it. The deposit is back on your card by Thursday.' },
      { by: 'chidi', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'tove', name: 'Tove Nilsen' },
    minutesAgo: 7_300,
    lines: [
      { by: 'customer', text: 'Can I visit the roastery with a school class?' },
      { by: 'bot', handsOn: 'I do not know that. A person will answer you here.', reason: 'no_answer' },
      { by: 'customer', text: 'They are twelve years old, and there are 20 of them.' },
      { by: 'customer', text: 'Any morning in May would do.' },
      { by: 'customer', text: 'We would come by train.' },
      { by: 'ana', text: 'With pleasure, Tove: Tuesdays at 10, in two groups. I have sent you the form.' },
      { by: 'ana', does: 'resolve' },
    ],
  },
  {
    customer: { id: 'noor', name: 'Noor de Vries', email: 'noor@example.com' },
    minutesAgo: 1,
    lines: [
      { by: 'customer', text: 'My subscription came a week early, I am away until the 30th. Can you pause it?' },
      { by: 'customer', does: 'ask for a person' },
    ],
  },
];
