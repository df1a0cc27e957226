import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Auth } from '../auth/auth.ts';
import { ITSELF } from '../domain/audit.ts';
import { importArticle } from '../domain/articles.ts';
import { BOT } from '../domain/types.ts';
import type { Agent, BotAnswer, Viewer } from '../domain/types.ts';
import type { Deps } from '../domain/commit.ts';
import { botHandsOff, turnOf } from '../domain/bot-turn.ts';
import { markRead, requestHuman, resolveConversation } from '../domain/conversations.ts';
import { addNote, sendMessage } from '../domain/messages.ts';
import { readWaiting } from '../bot/asked.ts';
import { readArticles } from '../bot/knowledge/article-folder.ts';
import { recordOf } from '../bot/record.ts';
import { answerOf } from '../bot/turn.ts';
import { projectFolder } from '../project-folder.ts';
import type { BotLine, HandOffLine, Line, Story } from './stories.ts';
import { STORIES } from './stories.ts';

const MINUTE_MS = 60_000;
/** How long the bot lets a customer finish, and how long it then takes. */
const PAUSE_MS = 600;
const TOOK_MS = 5;
/** Marks are clamped to the head. */
const MAX_SEQ = 2 ** 31 - 1;
const AGENTS = ['Ana', 'Ben', 'Chidi'];
const BOT_NAME = 'built-in';

export interface Seeding {
  readonly deps: Deps;
  readonly auth: Auth;
  /** False: only the agents and the articles. */
  readonly seed: boolean;
  /** Turns the store's clock back by so much, so that what is said now was said then. */
  readonly turnBack: (ms: number) => void;
}

/** Gives an empty demo its agents, articles and conversations, through the same verbs as everybody. @returns the agents */
export async function seedDemo({ deps, auth, seed, turnBack }: Seeding): Promise<readonly Agent[]> {
  const known = await deps.people.agents();
  if (known.length > 0) return known;
  const agents = await Promise.all(AGENTS.map(async (name) => {
    const { token } = await auth.links.createInvite(ITSELF, 'admin');
    // Nobody signs in with it: the demo's own door gives out sessions.
    const password = randomBytes(24).toString('base64url');
    const { agent } = await auth.sessions.acceptInvite({ token, name, email: `${name.toLowerCase()}@example.com`, password });
    return agent;
  }));
  await stockArticles();
  if (seed) for (const story of STORIES) await tell(story);
  turnBack(0);
  return agents;

  async function stockArticles(): Promise<void> {
    const kept: Promise<unknown>[] = [];
    for await (const { id, ...content } of readArticles(join(projectFolder(), 'server/demo/articles'))) kept.push(importArticle(deps, id, content));
    await Promise.all(kept);
  }

  async function tell({ customer, minutesAgo, lines }: Story): Promise<void> {
    const minuteOf = (index: number): number => minutesAgo + lines.length - 1 - index;
    turnBack(minuteOf(0) * MINUTE_MS);
    await auth.sessions.startCustomer({ identityToken: await auth.identity.sign(customer.id, { name: customer.name, email: customer.email }) });
    for (const [index, line] of lines.entries()) {
      turnBack(minuteOf(index) * MINUTE_MS - (line.by === 'bot' ? PAUSE_MS + TOOK_MS : 0));
      await say(customer.id, line);
    }
  }

  async function say(customerId: string, line: Line): Promise<void> {
    const clientMessageId = randomUUID();
    if (line.by === 'bot') {
      await ('handsOn' in line ? handOn(customerId, line) : answer(customerId, line));
      return;
    }
    const viewer = viewerOf(line.by, customerId);
    // Whoever answers has read.
    if (viewer.kind === 'agent') await markRead(deps, viewer, { customerId, seq: MAX_SEQ });
    if ('text' in line) await sendMessage(deps, viewer, { customerId, text: line.text, clientMessageId });
    else if ('note' in line) await addNote(deps, viewer, { customerId, text: line.note, clientMessageId });
    else if (line.does === 'resolve') await resolveConversation(deps, viewer, { customerId });
    else await requestHuman(deps, viewer, { customerId });
  }

  /** As the bot's own turns are kept, so that the report, the thumbs and the reasons have something to show. */
  async function answer(customerId: string, { text, article }: BotLine): Promise<void> {
    const source = article === undefined ? null : await deps.articles.article(article);
    if (article !== undefined && source?.body.includes(text) !== true) throw new Error(`The article “${article}” does not say: ${text}`);
    const kept: BotAnswer = {
      counts: source ? 'answer' : 'smalltalk', by: source ? 'knowledge' : 'small talk', reason: null, confidence: source ? 1 : null,
      matched: source?.id ?? null, tookMs: TOOK_MS, sources: source ? [{ articleId: source.id, title: source.title }] : [], choices: [],
    };
    const { messages } = await deps.log.change({ customerId }, ({ conversation }) => ({
      steps: [{ type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text, answer: kept } }],
      facts: { botDoneSeq: conversation.lastCustomerSeq, waitingSince: null },
    }));
    await deps.botTurns.record({
      customerId, bot: BOT_NAME, by: kept.by, outcome: 'reply', counts: kept.counts, reason: null, detail: null,
      confidence: kept.confidence, waitMs: PAUSE_MS + TOOK_MS, tookMs: TOOK_MS, firstMs: null, messageId: messages[0]?.id ?? null,
      articleId: source?.id ?? null, unanswered: null,
    });
  }

  async function handOn(customerId: string, { handsOn: text, reason }: HandOffLine): Promise<void> {
    const conversation = await deps.log.find(customerId);
    if (!conversation) return;
    const { asked } = await readWaiting(deps, conversation);
    const outcome = { kind: 'handoff', reason, text } as const;
    // With BOT=off the customer waits for a person from the first word on.
    if (!await botHandsOff(deps, turnOf(conversation), { text, answer: answerOf(outcome, TOOK_MS) })) return;
    const made = { bot: BOT_NAME, outcome, isRefused: false, tookMs: TOOK_MS };
    await deps.botTurns.record(recordOf({ made, landed: { isKept: true, messageId: null }, asked, conversation, at: deps.clock.now() }));
  }

  function viewerOf(by: Exclude<Line['by'], 'bot'>, customerId: string): Viewer {
    const session = { hash: '', expiresAt: new Date(0) };
    if (by === 'customer') return { kind: 'customer', id: customerId, session };
    const agent = agents.find(({ name }) => name.toLowerCase() === by);
    if (!agent) throw new Error(`the demo has no agent ${by}`);
    return { kind: 'agent', id: agent.id, role: agent.role, session };
  }
}
