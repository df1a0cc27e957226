import type { Rule } from './rules.ts';

/** What taps say. The responders understand them like anything that is typed. */
export const TALK_TO_A_PERSON = 'Talk to a person';
export const THAT_HELPED = 'That helped';

export const SMALL_TALK: readonly Rule[] = [
  {
    name: 'hello',
    says: [
      'hi', 'hello', 'hey', 'hiya', 'howdy', 'greetings', 'good morning', 'good afternoon', 'good evening', 'good day', 'how are you',
      'how are you doing', 'anybody home', '👋',
    ],
    reply: 'Hello! How can I help?',
  },
  {
    name: 'hello de',
    says: ['hallo', 'guten tag', 'guten morgen', 'guten abend', 'moin', 'servus', 'grüß gott', 'grüezi', 'wie geht es dir', 'wie geht es ihnen'],
    reply: 'Hallo! Wie kann ich helfen?',
  },
  {
    name: 'hello fr',
    says: ['bonjour', 'bonsoir', 'salut', 'coucou', 'ça va', 'comment allez-vous'],
    reply: 'Bonjour ! Comment puis-je vous aider ?',
  },
  {
    name: 'hello es',
    says: ['hola', 'buenos días', 'buenas tardes', 'buenas noches', 'buenas', 'qué tal', 'cómo está'],
    reply: '¡Hola! ¿En qué puedo ayudar?',
  },
  { name: 'hello pt', says: ['olá', 'oi', 'bom dia', 'boa tarde', 'boa noite', 'tudo bem', 'como vai'], reply: 'Olá! Como posso ajudar?' },
  {
    name: 'thanks',
    says: [
      'thanks', 'thank you', 'thx', 'ty', 'cheers', 'many thanks', 'much appreciated', 'appreciate it', 'that helped', 'this helped', 'it helped',
      'that helps', 'that worked', 'it works now',
      'problem solved', 'got it', 'perfect', 'awesome', 'very helpful', 'great help', 'you are the best', '👍', '🙏', '❤', '👌', '💯', '🎉',
    ],
    reply: 'You are welcome. Anything else, just write.',
  },
  {
    name: 'thanks de',
    says: ['danke', 'danke schön', 'dankeschön', 'vielen dank', 'besten dank', 'merci vielmals', 'das hat geholfen'],
    reply: 'Gern geschehen. Wenn noch etwas ist, einfach schreiben.',
  },
  {
    name: 'thanks fr',
    says: ['merci', 'merci beaucoup', 'mille mercis', 'c’est parfait'],
    reply: 'Avec plaisir. S’il y a autre chose, écrivez-moi.',
  },
  { name: 'thanks es', says: ['gracias', 'muchas gracias', 'mil gracias'], reply: 'De nada. Si hay algo más, escriba.' },
  {
    name: 'thanks pt',
    says: ['obrigado', 'obrigada', 'muito obrigado', 'muito obrigada', 'valeu'],
    reply: 'De nada. Se houver mais alguma coisa, é só escrever.',
  },
  {
    name: 'bye',
    says: [
      'bye', 'goodbye', 'bye bye', 'see you', 'see you later', 'have a nice day', 'good night', 'tschüss', 'auf wiedersehen', 'au revoir', 'adiós',
      'hasta luego', 'tchau', 'até logo',
    ],
    reply: 'Goodbye! I am here if anything comes up.',
  },
  {
    name: 'help',
    says: [
      'help', 'help me', 'i need help', 'i need some help', 'can you help me', 'could you help me', 'can you help', 'i have a question',
      'i have a problem', 'i need support', 'question', 'what can you do',
      'how does this work', 'what do you do', 'menu', 'start',
    ],
    reply: 'Tell me what it is about, in a sentence. If you would rather talk to a person, say so at any time.',
    choices: [TALK_TO_A_PERSON],
  },
  {
    name: 'who',
    says: [
      'who are you', 'what are you', 'are you a bot', 'are you a robot', 'are you a human', 'are you human', 'are you a person',
      'are you a real person', 'are you real', 'are you an ai', 'are you ai',
      'is this a bot', 'is this a real person', 'is this automatic', 'am i talking to a bot', 'am i talking to a robot', 'am i talking to a human',
      'am i talking to a person', 'am i talking to a real person',
      'what is your name',
    ],
    reply: 'I am the automatic assistant. If you would rather talk to a person, say so at any time.',
    choices: [TALK_TO_A_PERSON],
  },
  // Heard, and no more: it tells nothing of whether the answer helped. The last, because such words also go before all others.
  { name: 'okay', says: ['ok', 'okay', 'cool', 'great', '🙂', '😊'], reply: 'All right. Anything else, just write.' },
];

/** Asked last, so that an article about it comes first. */
export const OPENING_HOURS: readonly Rule[] = [
  {
    name: 'hours',
    says: [
      'hours', 'opening hours', 'opening times', 'business hours', 'working hours', 'what are your hours', 'what are your opening hours',
      'what are the opening hours', 'what are your opening times',
      'what are your business hours', 'when are you open', 'when do you open', 'when do you close', 'are you open', 'are you open now',
      'what time do you open', 'what time do you close',
    ],
    reply: 'I answer at any time. Write what it is about, and a person reads it as soon as the team is here.',
    choices: [TALK_TO_A_PERSON],
  },
];
