import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Auth } from '../auth/auth.ts';
import { keptUserAgent } from '../auth/user-agent.ts';
import type { Callers } from '../callers.ts';
import type { AgentCookie } from '../cookies.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Agent } from '../domain/types.ts';
import { headers } from '../headers.ts';
import { sendJson } from '../http.ts';
import type { Origins } from '../origin.ts';

export interface DemoDoors {
  readonly auth: Pick<Auth, 'identity' | 'sessions'>;
  readonly origins: Origins;
  readonly cookie: AgentCookie;
  readonly callers: Callers;
  readonly agents: readonly Agent[];
}

/**
 * The demo plays the site that embeds the chat: it vouches for any customer, and signs anybody in as one of its agents. What it hands out are real
 * identity tokens and real sessions, so that nothing behind these doors differs from production.
 */
export function createDemoDoors({ auth, origins, cookie, callers, agents }: DemoDoors) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    const { pathname, search, searchParams } = url;
    if (isForAgents(pathname) && !(await callers.viewerOfCookie(request))) return redirect(response, `/demo/agent?as=ana&to=${encodeURIComponent(pathname + search)}`);
    if (!pathname.startsWith('/demo/')) return false;
    if (origins.sourceOf(request) === 'foreign') {
      sendJson(response, 403, { error: 'Requests from pages of other sites are refused.' });
      return true;
    }
    if (pathname === '/demo/identity') {
      try {
        sendJson(response, 200, { identityToken: await auth.identity.sign(searchParams.get('customer') ?? '') });
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        sendJson(response, 400, { error: error.message });
      }
      return true;
    }
    if (pathname === '/demo/agent') {
      const agent = agents.find(({ name }) => name.toLowerCase() === searchParams.get('as'));
      const to = searchParams.get('to') ?? '';
      if (agent) return redirect(response, isForAgents(to) ? to : '/inbox', cookie.set(await auth.sessions.startAgent(agent, keptUserAgent(request.headers['user-agent']))));
      sendJson(response, 404, { error: 'No agent of the demo has that name. Try ana, ben or chidi.' });
      return true;
    }
    return false;
  };
}

function isForAgents(path: string): boolean {
  return /^\/(?:inbox|settings)(?:\/[!-.0-~]+){0,2}\/?(?:\?[!-~]*)?$/.test(path);
}

function redirect(response: ServerResponse, location: string, setCookie?: string): true {
  response.writeHead(302, { ...headers.api, location, ...(setCookie ? { 'set-cookie': setCookie } : {}) }).end();
  return true;
}
