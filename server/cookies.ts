import type { IncomingMessage } from 'node:http';

/** The agent's session cookie: out of reach of scripts, sent by our own pages alone. */
export interface AgentCookie {
  /** The secret it carries; null if there is none. */
  read(request: IncomingMessage): string | null;
  set(session: { readonly secret: string; readonly endsAt: Date }): string;
  readonly clear: string;
}

/** On TLS the name carries `__Host-`, so that no neighbour under the same domain can plant one. */
export function createAgentCookie(isSecure: boolean): AgentCookie {
  const name = isSecure ? '__Host-minicom_agent' : 'minicom_agent';
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    read({ headers }) {
      const pair = headers.cookie?.split(';').find((part) => part.trimStart().startsWith(`${name}=`));
      return pair?.slice(pair.indexOf('=') + 1).trim() || null;
    },
    set: ({ secret, endsAt }) => `${name}=${secret}; Expires=${endsAt.toUTCString()}; ${attributes}`,
    clear: `${name}=; Max-Age=0; ${attributes}`,
  };
}
