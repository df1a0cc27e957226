import { InvalidInputError, UnavailableError } from '../domain/errors.ts';
import { VISITOR_PREFIX } from '../domain/limits.ts';
import type { Credential, NewSession, People, Proof } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { Agent, Customer, Handler, Viewer } from '../domain/types.ts';
import { requireEmail, requireName } from './fields.ts';
import type { Identity } from './identity.ts';
import { deadLink } from './links.ts';
import type { Passwords } from './passwords.ts';
import { requirePassword } from './passwords.ts';
import type { SecondFactor } from './second-factor.ts';
import { hashSecret, isSecret, newSecret, newVisitorId } from './secrets.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** How long a session lives after it was last used. */
const VISITOR_TTL_MS = 180 * DAY_MS;
const IDENTIFIED_TTL_MS = DAY_MS;
const AGENT_TTL_MS = 12 * HOUR_MS;
/** However much it is used. */
const AGENT_MAX_MS = 7 * DAY_MS;
/** A session is touched only when this part of its lifetime has gone by: reading costs no write. */
const TOUCH_AFTER = 1 / 24;
const TOUCH_TOKEN_AFTER_MS = HOUR_MS;

export interface CustomerSession { readonly token: string; readonly customer: Customer; readonly expiresAt: Date }
/** `endsAt`: the cookie is of no use after this, however much it is used. */
export interface AgentSession { readonly secret: string; readonly agent: Agent; readonly endsAt: Date }
export interface NewAgent { readonly token: string; readonly name: string; readonly email: string; readonly password: string }
export interface Signing { readonly email: string; readonly password: string; readonly code?: string | null }

/** Credentials to viewers and back. Every sign-in makes a fresh secret; only its hash is kept. */
export interface Sessions {
  startVisitor(): Promise<CustomerSession>;

  /**
   * A visitor's session that is live brings what was said so far; any other `visitorToken` is ignored. `rung`: the customers whose
   * conversations changed by that. @throws InvalidInputError if the identity token is bad
   */
  startCustomer(tokens: { readonly identityToken: string; readonly visitorToken?: string | null }):
    Promise<CustomerSession & { readonly rung: readonly string[] }>;

  /**
   * @throws InvalidInputError: `password`, the same for a wrong one and an unknown address; `code` only once the password was right, if it takes one;
   * RateLimitedError while too many sign in
   */
  signIn(given: Signing, userAgent?: string | null): Promise<AgentSession>;

  /** Uses up an invite, makes the agent and signs them in. @throws InvalidInputError, RateLimitedError */
  acceptInvite(given: NewAgent, userAgent?: string | null): Promise<AgentSession>;

  /** A session without a password, for whoever may vouch for the agent: the demo alone. */
  startAgent(agent: Agent, userAgent?: string | null): Promise<AgentSession>;

  /** Ends the session that asks. False if nobody's is; an API token is no session and stays. */
  signOut(viewer: Viewer | null): Promise<boolean>;

  /** Null: unknown, expired or revoked. Being asked is being used: it slides the expiry. */
  viewerOf(secret: string): Promise<Viewer | null>;

  /** `viewerOf` again, for what is asked on an open connection. */
  renew(viewer: Viewer): Promise<Viewer | null>;
}

export interface SessionsDeps {
  readonly people: People;
  readonly clock: Clock;
  /** Whose turn it is in a conversation that begins now. */
  readonly hasBot: boolean;
  readonly identity: Identity;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
}

export function createSessions({ people, clock, hasBot, identity, passwords, secondFactor }: SessionsDeps): Sessions {
  const handler: Handler = hasBot ? 'bot' : 'queue';

  const sessionOf = (secret: string, ttlMs: number, maxMs: number | null): NewSession => ({
    hash: hashSecret(secret),
    expiresAt: new Date(clock.now() + ttlMs),
    absoluteExpiresAt: maxMs === null ? null : new Date(clock.now() + maxMs),
  });

  async function startAgent(agent: Agent, userAgent: string | null = null, proof: Proof | null = null): Promise<AgentSession> {
    const secret = newSecret('agent');
    await people.startAgentSession(agent.id, { ...sessionOf(secret, AGENT_TTL_MS, AGENT_MAX_MS), userAgent }, proof);
    return { secret, agent, endsAt: new Date(clock.now() + AGENT_MAX_MS) };
  }

  async function visitorHashOf(visitorToken: string): Promise<string | null> {
    if (!isSecret(visitorToken, 'customer')) return null;
    const hash = hashSecret(visitorToken);
    const credential = await people.credential(hash);
    return credential?.kind === 'customer' && isVisitor(credential.id) ? hash : null;
  }

  async function viewerByHash(hash: string): Promise<Viewer | null> {
    const credential = await people.credential(hash);
    if (!credential) return null;
    const session = { hash, expiresAt: await slide(hash, credential) };
    if (credential.kind === 'customer') return { kind: 'customer', id: credential.id, session };
    if (credential.kind === 'agent') return { kind: 'agent', id: credential.id, role: credential.role, session };
    return { kind: 'token', id: credential.id, scopes: credential.scopes, session };
  }

  async function slide(hash: string, credential: Credential): Promise<Date> {
    if (credential.kind === 'token') {
      const { usedAt, expiresAt } = credential;
      if (usedAt === null || clock.now() - usedAt.getTime() > TOUCH_TOKEN_AFTER_MS) await touch(hash, expiresAt);
      return expiresAt;
    }
    const ttlMs = ttlOf(credential);
    if (clock.now() - credential.touchedAt.getTime() <= ttlMs * TOUCH_AFTER) return credential.expiresAt;
    const slid = new Date(Math.min(clock.now() + ttlMs, credential.absoluteExpiresAt?.getTime() ?? Infinity));
    return (await touch(hash, slid)) ? slid : credential.expiresAt;
  }

  /** Who can be known can read, also while nothing can be written. */
  async function touch(hash: string, expiresAt: Date): Promise<boolean> {
    try {
      await people.touch(hash, expiresAt);
      return true;
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
  }

  return {
    async startVisitor() {
      const token = newSecret('customer');
      const session = sessionOf(token, VISITOR_TTL_MS, null);
      const customer = await people.startVisitor({ id: newVisitorId(), handler }, session);
      return { token, customer, expiresAt: session.expiresAt };
    },

    async startCustomer({ identityToken, visitorToken }) {
      const { sub: id, name, email, kid: identityKid } = await identity.verify(identityToken);
      const visitorHash = visitorToken ? await visitorHashOf(visitorToken) : null;
      const token = newSecret('customer');
      const session = { ...sessionOf(token, IDENTIFIED_TTL_MS, null), identityKid };
      const { customer, rung } = await people.startCustomer({ id, name, email, handler }, session, visitorHash);
      return { token, customer, expiresAt: session.expiresAt, rung };
    },

    async signIn({ email, password, code }, userAgent) {
      const known = await people.secretsOf({ email: email.trim() });
      const matches = await passwords.matches(password, known?.passwordHash ?? null);
      if (!known || !matches) throw new InvalidInputError('password', 'Email and password do not match.');
      return startAgent(known.agent, userAgent, secondFactor.proofOf(known, code));
    },

    async acceptInvite(given, userAgent) {
      const name = requireName(given.name);
      const email = requireEmail(given.email);
      const password = requirePassword(given.password);
      const hash = hashSecret(given.token);
      // Asked before the work is done, so that strangers cannot have it done.
      if (!isSecret(given.token, 'invite') || !(await people.isLiveLink('invite', hash))) throw deadLink();
      const agent = await people.acceptInvite(hash, { name, email, passwordHash: await passwords.hash(password) });
      if (!agent) throw deadLink();
      return startAgent(agent, userAgent);
    },

    startAgent,

    async signOut(viewer) {
      return viewer !== null && viewer.kind !== 'token' && people.revoke(viewer.session.hash);
    },

    async viewerOf(secret) {
      return isSecret(secret, 'customer', 'agent', 'token') ? viewerByHash(hashSecret(secret)) : null;
    },

    renew: (viewer) => viewerByHash(viewer.session.hash),
  };
}

function ttlOf(credential: Exclude<Credential, { kind: 'token' }>): number {
  if (credential.kind === 'agent') return AGENT_TTL_MS;
  return isVisitor(credential.id) ? VISITOR_TTL_MS : IDENTIFIED_TTL_MS;
}

function isVisitor(customerId: string): boolean {
  return customerId.startsWith(VISITOR_PREFIX);
}
