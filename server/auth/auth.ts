import type { Logger } from 'pino';
import type { Clock, People } from '../domain/ports.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createInvites, type Invites } from './invites.ts';
import { openKeyring } from './keyring.ts';
import { createLiveSessions, type LiveSessions } from './live.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface AuthDeps {
  readonly people: People;
  readonly clock: Clock;
  readonly dataDir: string;
  /** Whose turn it is in a conversation that begins now. */
  readonly hasBot: () => boolean;
  readonly log: Pick<Logger, 'warn'>;
}

export interface Auth {
  readonly sessions: Sessions;
  readonly identity: Identity;
  readonly invites: Invites;
  /** Not started yet. */
  readonly live: LiveSessions;
}

/** Everything about credentials, over one data folder. Makes the root key and the first identity key if they are missing. */
export async function createAuth({ people, clock, dataDir, hasBot, log }: AuthDeps): Promise<Auth> {
  const identity = createIdentity({ people, clock, keyring: await openKeyring(dataDir) });
  const lost = await identity.ensureKey();
  if (lost.length > 0) log.warn({ kids: lost }, 'identity keys were sealed with another root.key: tokens signed with them are refused');
  return {
    identity,
    sessions: createSessions({ people, clock, hasBot, identity }),
    invites: createInvites({ people, clock }),
    live: createLiveSessions({ people, clock, log }),
  };
}
