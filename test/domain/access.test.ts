import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as access from '../../server/domain/access.ts';
import * as conversations from '../../server/domain/conversations.ts';
import { DomainError } from '../../server/domain/errors.ts';
import { followConversation, followInbox, listEvents } from '../../server/domain/follow.ts';
import { addNote, editMessage, removeMessage, sendMessage } from '../../server/domain/messages.ts';
import { listAgents } from '../../server/domain/people.ts';
import type { Conversation, Message, Scope, Viewer } from '../../server/domain/types.ts';
import { SCOPES, SYSTEM } from '../../server/domain/types.ts';
import { table } from '../access/table.ts';
import type { World } from './world.ts';
import { agentViewer, buildWorld, customerViewer, note, say, tokenViewer } from './world.ts';

/**
 * The matrix of roles and operations, as data. A column is a role: nobody, the customer herself (anonymous or verified: one kind of viewer), another
 * customer, the roles of agents, and tokens with one scope alone. `x`: may; `-`: gets the answer that an unknown customer's id gets.
 * For operations about no particular customer: `u`: is told to sign in; `f`: is told that the right is missing.
 */
const RULES = table(`
                     nobody own other admin agent viewer c:read c:write m:write notes p:read p:write t:admin
  canRead              -     x    -     x     x     x      x       -       -      -     -       -       x
  canSend              -     x    -     x     x     -      -       -       x      -     -       -       x
  canManage            -     -    -     x     x     -      -       x       -      -     -       -       x
  canResolve           -     x    -     x     x     -      -       x       -      -     -       -       x
  canRequestHuman      -     x    -     x     x     -      -       x       -      -     -       -       x
  canNote              -     -    -     x     x     -      -       -       -      x     -       -       x
  canSignal            -     x    -     x     x     -      -       -       x      -     -       -       x
  canSeeInbox          -     -    -     x     x     x      x       -       -      -     -       -       x
  canSeeEmail          -     x    -     x     x     x      -       -       -      -     x       -       x
  canSeeTeam           -     -    -     x     x     x      -       -       -      -     -       -       -
  canSeeTeamDetails    -     -    -     x     x     x      x       x       x      x     x       x       x
  canAdminister        -     -    -     x     -     -      -       -       -      -     -       -       -
  canSeeAccount other  -     -    -     x     -     -      -       -       -      -     -       -       -
  canSeeAccount own    -     -    -     x     x     x      -       -       -      -     -       -       -
  canSeeToken other    -     -    -     x     -     -      -       -       -      -     -       -       -
  canSeeToken own      -     -    -     x     -     -      x       x       x      x     x       x       x
  canReadAudit         -     -    -     x     -     -      -       -       -      -     -       -       x
  canSeeBot            -     -    -     x     x     x      x       -       -      -     -       -       x
  canSetBot            -     -    -     x     -     -      -       -       -      -     -       -       x
  canSeeDrafts         -     -    -     x     x     x      x       -       -      -     -       -       x
  canEditArticles      -     -    -     x     x     -      -       -       -      -     -       -       x
  canRate              -     x    -     -     -     -      -       -       -      -     -       -       -
  canEdit hers         -     x    -     -     -     -      -       -       -      -     -       -       -
  canEdit own          -     x    -     x     x     -      -       -       x      -     -       -       x
  canEdit own note     -     -    -     x     x     -      -       -       -      x     -       -       x
  canEdit activity     -     -    -     -     -     -      -       -       -      -     -       -       -
  canRemove hers       -     x    -     x     x     -      -       -       -      -     -       -       -
  canRemove activity   -     -    -     -     -     -      -       -       -      -     -       -       -
  sees a note          -     -    -     x     x     x      -       -       -      x     -       -       x
`);

/** The same of the verbs, over the real store. A scope that writes alone writes: what it gets back to read is the API's affair. */
const VERBS = table(`
                     nobody own other admin agent viewer c:read c:write m:write notes p:read p:write t:admin
  findConversation     -     x    -     x     x     x      x       -       -      -     -       -       x
  listMessages         -     x    -     x     x     x      x       -       -      -     -       -       x
  listEvents           -     x    -     x     x     x      x       -       -      -     -       -       x
  followConversation   -     x    -     x     x     x      x       -       -      -     -       -       x
  sendMessage          -     x    -     x     x     -      -       -       x      -     -       -       x
  addNote              -     -    -     x     x     -      -       -       -      x     -       -       x
  editMessage hers     -     x    -     -     -     -      -       -       -      -     -       -       -
  editMessage note     -     -    -     -     -     -      -       -       -      -     -       -       -
  removeMessage hers   -     x    -     x     x     -      -       -       -      -     -       -       -
  removeMessage note   -     -    -     x     x     -      -       -       -      -     -       -       -
  takeOver             -     -    -     x     x     -      -       x       -      -     -       -       x
  handBackToBot        -     -    -     x     x     -      -       x       -      -     -       -       x
  handBackToBot noting -     -    -     x     x     -      -       -       -      -     -       -       x
  requestHuman         -     x    -     x     x     -      -       x       -      -     -       -       x
  resolve              -     x    -     x     x     -      -       x       -      -     -       -       x
  reopen               -     -    -     x     x     -      -       x       -      -     -       -       x
  markRead             -     x    -     x     x     -      -       -       x      -     -       -       x
  setTyping            -     x    -     x     x     -      -       -       x      -     -       -       x
  listConversations    u     f    f     x     x     x      x       f       f      f     f       f       x
  countConversations   u     f    f     x     x     x      x       f       f      f     f       f       x
  followInbox          u     f    f     x     x     x      x       f       f      f     f       f       x
  listAgents           u     f    f     x     x     x      f       f       f      f     f       f       f
`);

const TOKENS: Readonly<Record<string, Scope>> = {
  'c:read': 'conversations:read', 'c:write': 'conversations:write', 'm:write': 'messages:write', notes: 'notes',
  'p:read': 'customers:read', 'p:write': 'customers:write', 't:admin': 'admin',
};

it('the matrix has a column for every scope', () => {
  expect(new Set(Object.values(TOKENS))).toEqual(new Set(SCOPES));
});

describe('R1: the rules', () => {
  const conversation = { customerId: 'alice' };
  const roles = rolesAs('alice', (role) => agentViewer(role), (scope) => tokenViewer([scope]));
  const hers = messageBy(customerViewer('alice'));
  const by = (viewer: Viewer | null): Message => messageBy(viewer ?? customerViewer('somebody'));
  const rules: Record<string, (viewer: Viewer | null) => boolean> = {
    canRead: (viewer) => access.canRead(viewer, conversation),
    canSend: (viewer) => access.canSend(viewer, conversation),
    canManage: access.canManage,
    canResolve: (viewer) => access.canResolve(viewer, conversation),
    canRequestHuman: (viewer) => access.canRequestHuman(viewer, conversation),
    canNote: access.canNote,
    canSignal: (viewer) => access.canSignal(viewer, conversation),
    canSeeInbox: access.canSeeInbox,
    canSeeEmail: (viewer) => access.canSeeEmail(viewer, 'alice'),
    canSeeTeam: access.canSeeTeam,
    canSeeTeamDetails: access.canSeeTeamDetails,
    canAdminister: access.canAdminister,
    'canSeeAccount other': (viewer) => access.canSeeAccount(viewer, 'another'),
    'canSeeAccount own': (viewer) => access.canSeeAccount(viewer, viewer?.id ?? ''),
    'canSeeToken other': (viewer) => access.canSeeToken(viewer, 'another'),
    'canSeeToken own': (viewer) => access.canSeeToken(viewer, viewer?.id ?? ''),
    canReadAudit: access.canReadAudit,
    canSeeBot: access.canSeeBot,
    canSetBot: access.canSetBot,
    canSeeDrafts: access.canSeeDrafts,
    canEditArticles: access.canEditArticles,
    canRate: (viewer) => access.canRate(viewer, conversation),
    'canEdit hers': (viewer) => access.canEdit(viewer, hers),
    'canEdit own': (viewer) => access.canEdit(viewer, by(viewer)),
    'canEdit own note': (viewer) => access.canEdit(viewer, { ...by(viewer), kind: 'note', audience: 'team' }),
    'canEdit activity': (viewer) => access.canEdit(viewer, { ...by(viewer), kind: 'activity' }),
    'canRemove hers': (viewer) => access.canRemove(viewer, hers),
    'canRemove activity': (viewer) => access.canRemove(viewer, { ...hers, kind: 'activity', sender: SYSTEM }),
    'sees a note': (viewer) => access.visibleTo(viewer, { audience: 'team' }),
  };

  it.each([...RULES])('%s', (name, expected) => {
    const rule = rules[name];
    if (!rule) throw new Error(`no rule ${name}`);
    expect(Object.fromEntries(Object.entries(roles).map(([role, viewer]) => [role, rule(viewer) ? 'x' : '-']))).toEqual(expected);
  });

  it('has a row for every rule', () => {
    const others = ['audiencesOf', 'visibleTo', 'senderOf', 'isSame'];
    expect(Object.keys(access).filter((name) => !others.includes(name) && ![...RULES.keys()].some((row) => row.split(' ')[0] === name))).toEqual([]);
  });

  it('a customer is no agent of the same id, nor a token', () => {
    const id = 'one and the same';
    const theirs = messageBy({ ...agentViewer('agent'), id });
    expect(access.canEdit(customerViewer(id), theirs)).toBe(false);
    expect(access.canEdit({ ...tokenViewer(['messages:write']), id }, theirs)).toBe(false);
    expect(access.canRead({ ...tokenViewer([]), id: 'alice' }, conversation)).toBe(false);
  });

  it('everybody sees what is for everyone', () => {
    for (const viewer of Object.values(roles)) expect(access.visibleTo(viewer, { audience: 'everyone' })).toBe(true);
  });
});

describe('R1: the verbs', () => {
  let world: World;
  let roles: (customerId: string) => Record<string, Viewer | null>;

  beforeAll(async () => {
    world = await buildWorld();
    const tokens = new Map(await Promise.all(SCOPES.map(async (scope) => [scope, await world.issue(scope)] as const)));
    const viewer = await world.hire('Vic', 'viewer');
    const agents = { admin: world.ana, agent: world.ben, viewer };
    roles = (customerId) => rolesAs(customerId, (role) => agents[role], (scope) => tokens.get(scope) ?? null);
  });
  afterAll(() => world.close());

  /** A conversation as a verb finds it: hers, with a text of hers and a note of an agent who is none of the roles. */
  interface Scene { readonly customerId: string; readonly conversation: Conversation; readonly hers: string; readonly note: string }

  const verbs: Record<string, (viewer: Viewer | null, scene: Scene) => Promise<unknown>> = {
    findConversation: (viewer, { customerId }) => conversations.findConversation(world.deps, viewer, customerId),
    listMessages: (viewer, { conversation }) => conversations.listMessages(world.deps, viewer, conversation, {}),
    listEvents: (viewer, { conversation }) => listEvents(world.deps, viewer, conversation, { after: conversation.cursor }),
    followConversation: async (viewer, { customerId }) => (await followConversation(world.deps, viewer, { customerId })).return?.(),
    sendMessage: (viewer, { customerId }) => sendMessage(world.deps, viewer, { customerId, text: 'x', clientMessageId: randomUUID() }),
    addNote: (viewer, { customerId }) => addNote(world.deps, viewer, { customerId, text: 'x', clientMessageId: randomUUID() }),
    'editMessage hers': (viewer, { customerId, hers }) => editMessage(world.deps, viewer, { customerId, messageId: hers, text: 'y' }),
    'editMessage note': (viewer, scene) => editMessage(world.deps, viewer, { customerId: scene.customerId, messageId: scene.note, text: 'y' }),
    'removeMessage hers': (viewer, { customerId, hers }) => removeMessage(world.deps, viewer, { customerId, messageId: hers }),
    'removeMessage note': (viewer, scene) => removeMessage(world.deps, viewer, { customerId: scene.customerId, messageId: scene.note }),
    takeOver: (viewer, { customerId }) => conversations.takeOver(world.deps, viewer, { customerId, force: false }),
    handBackToBot: (viewer, { customerId }) => conversations.handBackToBot(world.deps, viewer, { customerId }),
    'handBackToBot noting': (viewer, { customerId }) => conversations.handBackToBot(world.deps, viewer, { customerId, note: 'x' }),
    requestHuman: (viewer, { customerId }) => conversations.requestHuman(world.deps, viewer, { customerId }),
    resolve: (viewer, { customerId }) => conversations.resolveConversation(world.deps, viewer, { customerId }),
    reopen: (viewer, { customerId }) => conversations.reopenConversation(world.deps, viewer, { customerId }),
    markRead: (viewer, { customerId }) => conversations.markRead(world.deps, viewer, { customerId, seq: 1 }),
    setTyping: (viewer, { customerId }) => conversations.setTyping(world.deps, viewer, { customerId, typing: true }),
    listConversations: (viewer) => conversations.listConversations(world.deps, viewer, { filter: {}, order: 'newest_activity' }),
    countConversations: (viewer) => conversations.countConversations(world.deps, viewer),
    followInbox: async (viewer) => (await followInbox(world.deps, viewer)).return?.(),
    listAgents: (viewer) => listAgents(world.deps, viewer),
  };

  it.each([...VERBS])('%s', async (name, expected) => {
    const verb = verbs[name];
    if (!verb) throw new Error(`no verb ${name}`);
    const before = world.gauges().bells;
    const outcomes: Record<string, string> = {};
    for (const role of Object.keys(expected)) {
      const scene = await newScene();
      const head = (await world.state(scene.customerId)).head;
      const outcome = await outcomeOf(verb(roles(scene.customerId)[role] ?? null, scene));
      outcomes[role] = outcome.mark;
      if (outcome.mark === 'x') continue;
      expect((await world.state(scene.customerId)).head, 'a refusal changes nothing').toBe(head);
      if (outcome.mark !== '-' || !TAKES_AN_ID.has(name)) continue;
      const unknown = { ...scene, customerId: 'nobody at all', hers: randomUUID(), note: randomUUID() };
      expect(await outcomeOf(verb(roles('nobody at all')[role] ?? null, unknown)), 'R3: foreign and unknown look alike').toEqual(outcome);
    }
    expect(outcomes).toEqual(expected);
    expect(world.gauges().bells, 'bells left behind').toBe(before);
  });

  /** Those that are handed a conversation take what `findConversation` gave. */
  const TAKES_AN_ID = new Set([...VERBS.keys()].filter((name) => name !== 'listMessages' && name !== 'listEvents'));

  async function newScene(): Promise<Scene> {
    const customerId = randomUUID();
    const { message } = await say(world, await world.meet(customerId), 'hello');
    const { id } = await note(world, await world.hire(`Nat ${customerId}`, 'agent'), 'between us', customerId);
    return { customerId, conversation: await world.state(customerId), hers: message.id, note: id };
  }
});

async function outcomeOf(work: Promise<unknown>): Promise<{ mark: string; error?: object }> {
  try {
    return { mark: (await work) === null ? '-' : 'x' };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const marks: Readonly<Record<string, string>> = { NotFoundError: '-', UnauthenticatedError: 'u', ForbiddenError: 'f' };
    return { mark: marks[error.name] ?? error.name, error: { ...error, message: error.message } };
  }
}

function rolesAs(customerId: string, agent: (role: 'admin' | 'agent' | 'viewer') => Viewer, token: (scope: Scope) => Viewer | null): Record<string, Viewer | null> {
  return {
    nobody: null,
    own: customerViewer(customerId),
    other: customerViewer('mallory'),
    admin: agent('admin'),
    agent: agent('agent'),
    viewer: agent('viewer'),
    ...Object.fromEntries(Object.entries(TOKENS).map(([name, scope]) => [name, token(scope)])),
  };
}

function messageBy(viewer: Viewer): Message {
  return {
    id: 'm', customerId: 'alice', seq: 1, position: 1, kind: 'text', audience: 'everyone', sender: access.senderOf(viewer), text: 'x', createdAt: new Date(0),
    editedAt: null, removedAt: null, clientMessageId: null, contentHash: null, answer: null, helpful: null,
  };
}
