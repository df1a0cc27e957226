import { describe, expect, it } from 'vitest';
import type { BotOutcome, Responder, Said } from '../../server/bot/bot.ts';
import { chain } from '../../server/bot/bot.ts';
import { createBuiltInBot } from '../../server/bot/built-in.ts';
import type { Article } from '../../server/bot/knowledge/search-index.ts';
import { createIndex } from '../../server/bot/knowledge/search-index.ts';
import { wantsPerson } from '../../server/bot/person/wants-person.ts';
import { rules } from '../../server/bot/rules.ts';
import { SMALL_TALK, TALK_TO_A_PERSON, THAT_HELPED } from '../../server/bot/small-talk.ts';
import { loadQuestions } from '../eval/evaluate.ts';
import { IO, turn } from './turn.ts';

const ARTICLES: readonly Article[] = [
  { id: 'lease', title: 'End a lease', body: 'Give notice three months before.', aliases: ['move out'] },
  { id: 'sublet', title: 'Sublet a room', body: 'Ask us first. A lease may forbid it.', aliases: [] },
  { id: 'refund', title: 'When the deposit is paid back', body: 'A refund takes a month.', aliases: [] },
];
const OFFERS = ['Does this one help?', 'Does one of these help?'] as const;
const index = createIndex(ARTICLES);
const bot = createBuiltInBot({ index: () => index });
const say = (text: string, ...history: Said[]): Promise<BotOutcome> => bot.handle(turn(text, ...history), IO);

describe('the chain', () => {
  const pass: Responder = () => null;
  const reply: Responder = () => ({ kind: 'reply', text: 'yes', counts: 'answer' });

  it('takes the first outcome, and says whose it is', async () => {
    expect(await chain('test', { first: pass, second: reply, third: reply }).handle(turn('hi'), IO)).toMatchObject({ kind: 'reply', by: 'second' });
  });

  it('tells each who passed before, and ends with a person', async () => {
    const seen: string[] = [];
    const watch: Responder = (_turn, _io, passed) => { seen.push(...passed); return null; };
    expect(await chain('test', { first: pass, second: pass, watch }).handle(turn('hi'), IO)).toMatchObject({ kind: 'handoff', reason: 'no_answer' });
    expect(seen).toEqual(['first', 'second']);
  });

  it('lets a fault out: the runner knows what to do', async () => {
    await expect(chain('test', { broken: () => { throw new Error('broken'); } }).handle(turn('hi'), IO)).rejects.toThrow('broken');
  });
});

describe('small talk', () => {
  it.each([
    ['Hello', 'Hello! How can I help?'],
    ['hi there :-)', 'Hello! How can I help?'],
    ['Guten Morgen!', 'Hallo! Wie kann ich helfen?'],
    ['Bonjour', 'Bonjour ! Comment puis-je vous aider ?'],
    ['¡Hola! ¿Qué tal?', '¡Hola! ¿En qué puedo ayudar?'],
    ['olá, tudo bem?', 'Olá! Como posso ajudar?'],
    ['Thank you so much!', 'You are welcome. Anything else, just write.'],
    ['👍', 'You are welcome. Anything else, just write.'],
    [THAT_HELPED, 'You are welcome. Anything else, just write.'],
    ['Cool, thanks', 'You are welcome. Anything else, just write.'],
    ['great help', 'You are welcome. Anything else, just write.'],
    ['ok', 'All right. Anything else, just write.'],
    ['Okay great 🙂', 'All right. Anything else, just write.'],
    ['cool!', 'All right. Anything else, just write.'],
    ['ok bye', 'Goodbye! I am here if anything comes up.'],
    ['Danke schön', 'Gern geschehen. Wenn noch etwas ist, einfach schreiben.'],
    ['bye', 'Goodbye! I am here if anything comes up.'],
    ['ok, help', 'Tell me what it is about, in a sentence. If you would rather talk to a person, say so at any time.'],
    ['help', 'Tell me what it is about, in a sentence. If you would rather talk to a person, say so at any time.'],
    ['Are you a robot?', 'I am the automatic assistant. If you would rather talk to a person, say so at any time.'],
    ['When are you open?', 'I answer at any time. Write what it is about, and a person reads it as soon as the team is here.'],
  ])('R73: “%s” always gets the same reply', async (text, reply) => {
    const counts = reply.startsWith('You are welcome') || reply.startsWith('Gern') ? 'thanks' : 'smalltalk';
    expect(await say(text)).toMatchObject({ kind: 'reply', text: reply, counts });
  });

  it.each([
    'Hi, where is my order?', 'Thanks, but it is still broken', 'help me end my lease', 'hello hello my heating is cold', 'ok, and the deposit?',
  ])('leaves “%s” to the others', (text) => {
    expect(rules(SMALL_TALK)(turn(text), IO, [])).toBeNull();
  });

  it('is data that can be replaced', async () => {
    const own = createBuiltInBot({ index: () => index, smallTalk: [{ name: 'hello', says: ['Ahoi'], reply: 'Moin.' }] });
    expect(await own.handle(turn('ahoi!'), IO)).toMatchObject({ text: 'Moin.' });
  });
});

describe('whoever asks for a person', () => {
  const asking = loadQuestions('test/eval/dev.jsonl').filter(({ tags }) => tags?.includes('person'));

  it.each(['en', 'de', 'fr', 'es', 'pt'])('R73: gets one (%s)', (language) => {
    const phrases = asking.filter(({ tags }) => tags?.includes(language)).map(({ q }) => q);
    expect(phrases.length).toBeGreaterThanOrEqual(20);
    expect(phrases.filter((text) => wantsPerson(turn(text), IO, []) === null)).toEqual([]);
  });

  it.each([
    ['human please', 'Of course. A person will answer you here.'],
    [TALK_TO_A_PERSON, 'Of course. A person will answer you here.'],
    ['Ich möchte mit einem Menschen sprechen', 'Gern. Hier antwortet Ihnen ein Mensch.'],
    ['Je veux parler à un conseiller', 'Bien sûr. Une personne va vous répondre ici.'],
    ['Quiero hablar con una persona', 'Por supuesto. Le responderá aquí una persona.'],
    ['Quero falar com uma pessoa', 'Claro. Uma pessoa vai responder aqui.'],
  ])('R73: is told so in the same language: “%s”', async (text, reply) => {
    expect(await say(text)).toMatchObject({ kind: 'handoff', reason: 'customer_request', text: reply });
  });

  it.each([
    'Hello, a human please', 'thanks, now let me talk to a person', 'I was charged twice, get me an agent',
    'How do I end a lease? No, talk to a person', 'help! human!',
    `${'My story is long. '.repeat(400)}Please connect me to an agent.`,
  ])('gets one whatever else the text says: “%s”', async (text) => {
    expect(await say(text)).toMatchObject({ kind: 'handoff', reason: 'customer_request' });
  });

  it.each([
    'agnet please', 'can i speek to sombody', 'tlak to a human', 'My order never came. Could you please put me on to one of your colleagues?',
    'möchte nen mitarbiter sprechen', 'je voudrais qu’on me rappelle', 'necesito q me atienda alguien', 'kero falar com alguem pfv',
  ])('R73: gets one however it is spelt: “%s”', async (text) => {
    expect(await say(text)).toMatchObject({ kind: 'handoff', reason: 'customer_request' });
  });

  it.each([
    'Can anybody help me? My lease has ended.', 'Do I need an agent?', 'Who is the operator?', 'What is an agent?', 'I am a person', 'Is the lease for one person?',
  ])('is not everybody who names one: “%s”', async (text) => {
    expect(await say(text)).not.toMatchObject({ reason: 'customer_request' });
  });

  it('gets one for what is new alone, not for what was asked before a hand-back', async () => {
    const both = { ...turn('human please\nHow do I end a lease?'), newText: 'How do I end a lease?' };
    expect(await bot.handle(both, IO)).toMatchObject({ kind: 'reply', counts: 'answer' });
  });
});

describe('sensitive topics', () => {
  it.each([
    ['I was charged twice for March', 'a payment dispute'],
    ['I want my money back', 'a demand for a refund'],
    ['Could you please delete my account?', 'the deletion of an account or data'],
    ['You will hear from my lawyer', 'a legal matter'],
    ['There is smoke coming out of the heater', 'safety'],
    ['I got sick from the mould', 'health'],
    ['I am pregnant, is the paint safe?', 'a question about health'],
    ['Somebody is using my card', 'fraud'],
    ['shut up', 'a complaint'],
    ['I want to complain about the caretaker', 'a complaint'],
  ])('B7: “%s” goes to a person who knows that it is %s', async (text, topic) => {
    const outcome = await say(text);
    expect(outcome).toMatchObject({ kind: 'handoff', reason: 'sensitive_topic' });
    expect(outcome).toHaveProperty('note', `This looks like: ${topic}.\nAsked: “${text}”`);
  });

  it.each([
    'When do I get my money back?', 'How long does a refund take?', 'How do I delete my account?', 'Is it safe to dry clothes there?',
    'Do you work with lawyers?', 'I want to know your refund policy', 'I must end the lease because I am ill',
  ])('“%s” is a question, not a demand', async (text) => {
    expect(await say(text)).not.toMatchObject({ reason: 'sensitive_topic' });
  });

  it('leaves a question to an article that is clearly the answer, and else to a person', async () => {
    const own = createIndex([...ARTICLES, { id: 'fraud', title: 'Report fraud', body: 'Use the form.', aliases: [] }]);
    const asked = turn('How do I report fraud?');
    expect(await createBuiltInBot({ index: () => own }).handle(asked, IO)).toMatchObject({ counts: 'answer', sources: [{ articleId: 'fraud' }] });
    expect(await bot.handle(asked, IO)).toMatchObject({ reason: 'sensitive_topic' });
    expect(await createBuiltInBot({ index: () => own }).handle(turn('Fraud! Report it!'), IO)).toMatchObject({ reason: 'sensitive_topic' });
  });

  it.each([
    'I want to kill myself', 'I don’t want to live any more', 'Ich will mich umbringen', 'je veux me tuer', 'quiero morir', 'quero morrer',
  ])('in despair (“%s”), calm words and help nearby come first', async (text) => {
    const reply = expect.stringMatching(/^I am sorry that you feel like this\. Please call your local emergency number/);
    expect(await say(text)).toMatchObject({ kind: 'handoff', reason: 'sensitive_topic', text: reply });
  });

  it('in danger, the emergency number comes first', async () => {
    expect(await say('The socket gave me an electric shock')).toMatchObject({ text: expect.stringMatching(/^If anybody is in danger/) });
  });
});

describe('knowledge', () => {
  it('B2: answers with a passage and its source', async () => {
    expect(await say('How do I end my lease?')).toEqual({
      kind: 'reply', by: 'knowledge', counts: 'answer', text: 'Give notice three months before.', confidence: expect.any(Number), matched: 'lease',
      sources: [{ articleId: 'lease', title: 'End a lease' }], choices: [THAT_HELPED, TALK_TO_A_PERSON],
    });
  });

  it('B3: asks back where it is not sure, and a tap on a title is answered', async () => {
    const outcome = await say('Shall I end it or sublet?');
    expect(outcome).toMatchObject({ kind: 'reply', text: OFFERS[1], counts: 'clarify', choices: ['Sublet a room', 'End a lease', TALK_TO_A_PERSON] });
    expect(await say('Can I paint my room?')).toMatchObject({ text: OFFERS[0], choices: ['Sublet a room', TALK_TO_A_PERSON] });
    for (const text of OFFERS) expect(await say('End a lease', { from: 'bot', text })).toMatchObject({ counts: 'answer', sources: [{ articleId: 'lease' }] });
  });

  it.each(OFFERS)('B7: does not ask back twice, after “%s”', async (text) => {
    const history: Said[] = [{ from: 'customer', text: 'which room?' }, { from: 'bot', text }];
    const note = expect.stringContaining('Closest articles: Sublet a room · End a lease');
    expect(await say('Shall I end it or sublet?', ...history)).toMatchObject({ kind: 'handoff', reason: 'low_confidence', note });
  });

  it('takes a changed article at once', async () => {
    let current = createIndex([]);
    const changing = createBuiltInBot({ index: () => current });
    expect(await changing.handle(turn('How do I end my lease?'), IO)).toMatchObject({ kind: 'handoff' });
    current = index;
    expect(await changing.handle(turn('How do I end my lease?'), IO)).toMatchObject({ counts: 'answer' });
  });
});

describe('what the customer makes of a reply', () => {
  const before: Said[] = [{ from: 'customer', text: 'How do I end my lease?' }, { from: 'bot', text: 'Give notice three months before.' }];

  it.each([
    'That did not help', "this isn't what I asked", 'You don’t understand', 'not helpful', 'wrong answer', 'None of these',
  ])('B7: a person, if it was “%s”', async (text) => {
    expect(await say(text, ...before)).toMatchObject({ kind: 'handoff', reason: 'repeated_failure' });
  });

  it('B7: a person, if the same is asked again', async () => {
    const note = expect.stringContaining('asks the same again');
    expect(await say('how do i end my lease', ...before)).toMatchObject({ kind: 'handoff', reason: 'repeated_failure', note });
  });

  it.each(OFFERS)('B7: a person for “no” to “%s”, and nothing more for “yes”', async (text) => {
    const offered: Said[] = [{ from: 'customer', text: 'which room?' }, { from: 'bot', text }];
    expect(await say('no', ...offered)).toMatchObject({ kind: 'handoff', reason: 'repeated_failure' });
    expect(await say('Yes!', ...offered)).toMatchObject({ kind: 'reply', counts: 'thanks' });
  });

  it('thanks with a story is still thanks, unless there is a but', async () => {
    expect(await say('Thanks, the new lease arrived!', ...before)).toMatchObject({ kind: 'reply', counts: 'thanks' });
    expect(await say('Thanks, but the sublet is still missing', ...before)).not.toMatchObject({ counts: 'thanks' });
  });
});

describe('the hand-off', () => {
  it('B8: says so, and tells the next agent what was asked, who passed, and what comes close', async () => {
    const before: Said[] = [{ from: 'customer', text: 'Good parrot day' }, { from: 'bot', text: 'Hello! How can I help?' }];
    expect(await say('Can a parrot sign for the deposit box on board ships?', ...before)).toEqual({
      kind: 'handoff', by: 'hand-off', reason: 'no_answer', text: 'I do not know that. A person will answer you here.',
      note: [
        'The bot had no answer.',
        'Asked: “Can a parrot sign for the deposit box on board ships?”',
        'Before: “Good parrot day”',
        'No answer from: wants a person, small talk, sensitive topics, follow-up, knowledge, opening hours',
        'Closest articles: When the deposit is paid back',
      ].join('\n'),
    });
  });

  it.each([
    ['Wo ist mein Papagei?', 'Das weiß ich nicht. Hier antwortet Ihnen ein Mensch.'],
    ['Où est mon perroquet ?', 'Je ne le sais pas. Une personne va vous répondre ici.'],
    ['¿Dónde está mi loro?', 'No lo sé. Le responderá aquí una persona.'],
    ['Onde está o meu papagaio?', 'Isso não sei. Uma pessoa vai responder aqui.'],
  ])('B8: says so in the language of the question: “%s”', async (text, reply) => {
    expect(await say(text)).toMatchObject({ kind: 'handoff', reason: 'no_answer', text: reply });
  });

  it.each([
    ['8,000 characters', 'word '.repeat(1_600)],
    ['one word a thousand times', 'lease '.repeat(1_000)],
    ['pictures alone', '🦜🦜🦜'],
    ['nothing', ''],
    ['signs alone', '?!… --'],
    ['a special token', '<|endoftext|>'],
    ['half a character', 'What \uD83D'],
    ['a thousand greetings', 'hello '.repeat(1_300)],
    ['a thousand times “a”', 'a '.repeat(4_000)],
    ['a thousand times “no bot”', 'the this your '.repeat(600)],
  ])('R71: takes %s: at once, and with a note that fits', async (_, text) => {
    const outcome = await say(text);
    expect(['reply', 'handoff']).toContain(outcome.kind);
    if (outcome.kind === 'handoff') expect(outcome.note?.length).toBeLessThan(1_500);
  });
});
