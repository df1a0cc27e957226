import type { IncomingMessage } from 'node:http';
import type { Sessions } from './auth/sessions.ts';
import type { AgentCookie } from './cookies.ts';
import type { Viewer } from './domain/types.ts';

/** Who asks, told from what a request carries; the same for every transport. */
export interface Callers {
  /** Null: the token is bad or expired. */
  viewerOfToken(token: string): Promise<Viewer | null>;
  /** The agent whose live session the cookie names, if there is one. */
  viewerOfCookie(request: IncomingMessage): Promise<Viewer | null>;
  hasAgentCookie(request: IncomingMessage): boolean;
  /** Looks the viewer up again, and slides the session's expiry. Null: the session ended. */
  renew(viewer: Viewer): Promise<Viewer | null>;
  /** May learn the schema from the API, and get hints towards it. In the demo everybody may. */
  mayReadSchema(viewer: Viewer | null): boolean;
}

export function createCallers({ sessions, cookie, isDemo }: { sessions: Sessions; cookie: AgentCookie; isDemo: boolean }): Callers {
  return {
    viewerOfToken: (token) => sessions.viewerOf(token),
    async viewerOfCookie(request) {
      const secret = cookie.read(request);
      const viewer = secret === null ? null : await sessions.viewerOf(secret);
      return viewer?.kind === 'agent' ? viewer : null;
    },
    hasAgentCookie: (request) => cookie.read(request) !== null,
    renew: (viewer) => sessions.renew(viewer),
    mayReadSchema: (viewer) => isDemo || viewer?.kind === 'agent' || viewer?.kind === 'token',
  };
}
