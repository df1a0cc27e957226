import type { Logger } from 'pino';
import type { AuditLog, People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createIdentityKeys, type IdentityKeys } from './identity-keys.ts';
import { openKeyring } from './keyring.ts';
import { createLinks, type Links } from './links.ts';
import { createLiveSessions, type LiveSessions } from './live.ts';
import { createPasswords } from './passwords.ts';
import { createSecondFactor, type SecondFactor } from './second-factor.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createThrottleLog, type ThrottleLog } from './throttle-log.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface AuthDeps {
  readonly people: People;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly dataDir: string;
  /** Conversations begin with it. Where the team has switched it off by then, the first text goes to the queue all the same. */
  readonly hasBot: boolean;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Auth {
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly secondFactor: SecondFactor;
  readonly links: Links;
  readonly tokens: Tokens;
  readonly identity: Identity;
  readonly identityKeys: IdentityKeys;
  readonly throttleLog: ThrottleLog;
  /** Not started yet. */
  readonly live: LiveSessions;
}

/** Everything about credentials, over one data folder. Makes the root key if it is missing. */
export async function createAuth({ people, audit, clock, dataDir, hasBot, log }: AuthDeps): Promise<Auth> {
  const keyring = await openKeyring(dataDir);
  const identityKeys = createIdentityKeys({ people, keyring });
  const lost = await identityKeys.lost();
  if (lost.length > 0) log.warn({ kids: lost }, 'identity keys were sealed with another root.key: tokens signed with them are refused');
  const identity = createIdentity({ people, keys: identityKeys, clock });
  const passwords = createPasswords();
  const secondFactor = createSecondFactor({ people, keyring, clock });
  return {
    identity,
    identityKeys,
    secondFactor,
    sessions: createSessions({ people, clock, hasBot, identity, passwords, secondFactor }),
    accounts: createAccounts({ people, passwords, secondFactor }),
    links: createLinks({ people, clock }),
    tokens: createTokens({ people, clock }),
    throttleLog: createThrottleLog({ people, audit, clock, log }),
    live: createLiveSessions({ people, clock, log }),
  };
}
