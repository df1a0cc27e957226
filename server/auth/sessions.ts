import { InvalidInputError, UnavailableError } from '../domain/errors.ts';
import { VISITOR_PREFIX } from '../domain/limits.ts';
import type { Clock, Credential, NewSession, People } from '../domain/ports.ts';
import type { Agent, Customer, Handler, Viewer } from '../domain/types.ts';
import { requireEmail, requireName } from './fields.ts';
import type { Identity } from './identity.ts';
import { createPasswords, requirePassword } from './passwords.ts';
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

export interface CustomerSession { readonly token: string; readonly customer: Customer; readonly expiresAt: Date }
/** `endsAt`: the cookie is of no use after this, however much it is used. */
export interface AgentSession { readonly secret: string; readonly agent: Agent; readonly endsAt: Date }
export interface NewAgent { readonly token: string; readonly name: string; readonly email: string; readonly password: string }

/** Credentials to viewers and back. Every sign-in makes a fresh secret; only its hash is kept. */
export interface Sessions {
  startVisitor(): Promise<CustomerSession>;

  /**
   * A visitor's session that is live brings what was said so far; any other `visitorToken` is ignored. `rung`: the customers whose
   * conversations changed by that. @throws InvalidInputError if the identity token is bad
   */
  startCustomer(tokens: { readonly identityToken: string; readonly visitorToken?: string | null }):
    Promise<CustomerSession & { readonly rung: readonly string[] }>;

  /** @throws InvalidInputError, the same for a wrong password and an unknown address; RateLimitedError while too many sign in */
  signIn(given: { readonly email: string; readonly password: string }): Promise<AgentSession>;

  /** Uses up an invite, makes the agent and signs them in. @throws InvalidInputError, RateLimitedError */
  acceptInvite(given: NewAgent): Promise<AgentSession>;

  /** A session without a password, for whoever may vouch for the agent: the demo alone. */
  startAgent(agent: Agent): Promise<AgentSession>;

  /** Ends the session that asks. False if nobody's is; an API token is no session and stays. */
  signOut(viewer: Viewer | null): Promise<boolean>;

  /** Null: unknown, expired or revoked. Being asked is being used: it slides the expiry. */
  viewerOf(secret: string): Promise<Viewer | null>;

  /** `viewerOf` again, for what is asked on an open connection. */
  renew(viewer: Viewer): Promise<Viewer | null>;
}

export function createSessions(deps: { people: People; clock: Clock; hasBot: () => boolean; identity: Identity }): Sessions {
  const { people, clock, hasBot, identity } = deps;
  const passwords = createPasswords();
  const handler = (): Handler => (hasBot() ? 'bot' : 'queue');

  const sessionOf = (secret: string, ttlMs: number, maxMs: number | null): NewSession => ({
    hash: hashSecret(secret),
    expiresAt: new Date(clock.now() + ttlMs),
    absoluteExpiresAt: maxMs === null ? null : new Date(clock.now() + maxMs),
  });

  async function startAgent(agent: Agent): Promise<AgentSession> {
    const secret = newSecret('agent');
    await people.startAgentSession(agent.id, sessionOf(secret, AGENT_TTL_MS, AGENT_MAX_MS));
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
    if (credential.kind === 'token') return credential.expiresAt;
    const ttlMs = ttlOf(credential);
    if (clock.now() - credential.touchedAt.getTime() <= ttlMs * TOUCH_AFTER) return credential.expiresAt;
    const slid = new Date(Math.min(clock.now() + ttlMs, credential.absoluteExpiresAt?.getTime() ?? Infinity));
    try {
      await people.touch(hash, slid);
      return slid;
    } catch (error) {
      // Who can be known can read, also while nothing can be written; the session ends when it would have.
      if (error instanceof UnavailableError) return credential.expiresAt;
      throw error;
    }
  }

  return {
    async startVisitor() {
      const token = newSecret('customer');
      const session = sessionOf(token, VISITOR_TTL_MS, null);
      const customer = await people.startVisitor({ id: newVisitorId(), handler: handler() }, session);
      return { token, customer, expiresAt: session.expiresAt };
    },

    async startCustomer({ identityToken, visitorToken }) {
      const { sub: id, name, email } = await identity.verify(identityToken);
      const visitorHash = visitorToken ? await visitorHashOf(visitorToken) : null;
      const token = newSecret('customer');
      const session = sessionOf(token, IDENTIFIED_TTL_MS, null);
      const { customer, rung } = await people.startCustomer({ id, name, email, handler: handler() }, session, visitorHash);
      return { token, customer, expiresAt: session.expiresAt, rung };
    },

    async signIn({ email, password }) {
      const known = await people.passwordOf(email.trim());
      const matches = await passwords.matches(password, known?.passwordHash ?? null);
      if (!known || !matches) throw new InvalidInputError('password', 'E-mail address and password do not belong together.');
      return startAgent(known.agent);
    },

    async acceptInvite(given) {
      const name = requireName(given.name);
      const email = requireEmail(given.email);
      const password = requirePassword(given.password);
      if (!isSecret(given.token, 'invite')) throw deadInvite();
      const passwordHash = await passwords.hash(password);
      const agent = await people.acceptInvite(hashSecret(given.token), { name, email, passwordHash });
      if (!agent) throw deadInvite();
      return startAgent(agent);
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

function deadInvite(): InvalidInputError {
  return new InvalidInputError('token', 'This link has been used or has expired. Ask for a new one.');
}
