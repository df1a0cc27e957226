import type { IncomingMessage } from 'node:http';

/** Which requests come from our own pages, decided the same way for HTTP, server-sent events and WebSocket. */
export interface Origins {
  /** Where people find this server; the first of `own`. */
  readonly url: string;
  readonly isSecure: boolean;
  /** False for a name that is not ours: another site may have pointed its own name here (DNS rebinding). */
  isOwnHost(request: IncomingMessage): boolean;
  /**
   * `foreign`: another site's page asks. `own`: our page asks. `none`: no browser's page, or a navigation, which says nothing about who asks.
   */
  sourceOf(request: IncomingMessage): 'own' | 'foreign' | 'none';
}

/** `publicUrl` or, without one, the loopback names of the port. */
export function createOrigins(publicUrl: string | null, port: number): Origins {
  const own = publicUrl ? [publicUrl] : LOOPBACK_NAMES.map((name) => `http://${name}:${port}`);
  // A proxy in front, or a health check beside, may address us as the machine itself.
  const hosts = new Set([...own.map((origin) => new URL(origin).host), ...LOOPBACK_NAMES.map((name) => `${name}:${port}`)]);
  return {
    url: own[0] ?? '',
    isSecure: publicUrl?.startsWith('https:') ?? false,
    isOwnHost: ({ headers }) => headers.host !== undefined && hosts.has(headers.host.toLowerCase()),
    sourceOf({ headers }) {
      const { origin } = headers;
      if (origin !== undefined) return own.includes(origin) ? 'own' : 'foreign';
      const site = headers['sec-fetch-site'];
      if (site === 'same-origin') return 'own';
      return site === 'cross-site' || site === 'same-site' ? 'foreign' : 'none';
    },
  };
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
