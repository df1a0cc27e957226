import { requireAgent } from '../domain/accounts.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { AgentSecrets, People } from '../domain/ports/people.ts';
import type { Agent } from '../domain/types.ts';
import { deadLink } from './links.ts';
import type { Passwords } from './passwords.ts';
import { requirePassword } from './passwords.ts';
import type { Enrolment, SecondFactor, Self } from './second-factor.ts';
import { hashSecret, isSecret } from './secrets.ts';
import { browserOf } from './user-agent.ts';

/** One of an agent's own sessions. */
export interface OwnSession {
  /** Names it, and opens nothing. */
  readonly id: string;
  /** Such as "Firefox on Linux". */
  readonly browser: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly isCurrent: boolean;
}

const ID_LENGTH = 24;

/** An agent's own account. What could lock its owner out asks for the password once more, so that a session alone does not do. */
export interface Accounts {
  /** Ends the agent's other sessions. @throws InvalidInputError (`password`, `newPassword`), RateLimitedError */
  changePassword(by: Self, sessionHash: string, given: { readonly password: string; readonly newPassword: string }): Promise<Agent>;
  /** By a link. Ends all sessions of the agent, and starts none. @throws InvalidInputError (`token`, `password`), RateLimitedError */
  resetPassword(given: { readonly token: string; readonly password: string }): Promise<void>;
  sessions(by: Self, sessionHash: string): Promise<readonly OwnSession[]>;
  /** False: it is none of the agent's, or over. */
  endSession(by: Self, id: string): Promise<boolean>;
  /** @throws InvalidInputError (`password`), RateLimitedError */
  enrolSecondFactor(by: Self, password: string): Promise<Enrolment>;
  /** @throws InvalidInputError (`password`, `code`), RateLimitedError */
  disableSecondFactor(by: Self, given: { readonly password: string; readonly code: string }): Promise<Agent>;
}

export interface AccountsDeps { readonly people: People; readonly passwords: Passwords; readonly secondFactor: SecondFactor }

export function createAccounts({ people, passwords, secondFactor }: AccountsDeps): Accounts {
  async function requireOwnPassword(by: Self, password: string): Promise<AgentSecrets> {
    const secrets = await people.secretsOf({ id: by.id });
    const matches = await passwords.matches(password, secrets?.passwordHash ?? null);
    if (!secrets || !matches) throw new InvalidInputError('password', 'This is not your password.');
    return secrets;
  }

  return {
    async changePassword(by, sessionHash, { password, newPassword }) {
      const chosen = requirePassword(newPassword, 'newPassword');
      await requireOwnPassword(by, password);
      const passwordHash = await passwords.hash(chosen);
      return requireAgent(await people.changeAgent(by, by.id, () => (
        { action: 'agent.password_changed', passwordHash, endSessions: { butHash: sessionHash } }
      )));
    },

    async resetPassword({ token, password }) {
      const chosen = requirePassword(password);
      const hash = hashSecret(token);
      // Asked before the work is done, so that strangers cannot have it done.
      if (!isSecret(token, 'password') || !(await people.isLiveLink('password', hash))) throw deadLink();
      if (!(await people.resetPassword(hash, await passwords.hash(chosen)))) throw deadLink();
    },

    async sessions({ id }, sessionHash) {
      return (await people.sessionsOf(id)).map(({ hash, userAgent, createdAt, touchedAt, expiresAt }) => ({
        id: hash.slice(0, ID_LENGTH), browser: browserOf(userAgent), createdAt, lastUsedAt: touchedAt, expiresAt, isCurrent: hash === sessionHash,
      }));
    },

    async endSession(by, id) {
      const found = (await people.sessionsOf(by.id)).find(({ hash }) => hash.slice(0, ID_LENGTH) === id);
      return found !== undefined && people.endSession(by, by.id, found.hash);
    },

    async enrolSecondFactor(by, password) {
      return secondFactor.enrol((await requireOwnPassword(by, password)).agent);
    },

    async disableSecondFactor(by, { password, code }) {
      return secondFactor.disable(by, await requireOwnPassword(by, password), code);
    },
  };
}
