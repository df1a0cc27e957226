import type { Auth } from '../auth/auth.ts';
import type { ArticleDeps } from '../domain/articles.ts';
import type { BotSettingsDeps } from '../domain/bot-settings.ts';
import type { FollowDeps } from '../domain/follow.ts';
import type { Viewer } from '../domain/types.ts';
import type { UsualWait } from '../domain/usual-wait.ts';
import type { Limits } from '../limits/limits.ts';

/** Made for each operation. */
export interface Context {
  /** Whoever signs in is the viewer for the rest of the operation, what the sign-in selects included; who signs out is nobody for the rest. */
  viewer: Viewer | null;
  readonly deps: FollowDeps & ArticleDeps & BotSettingsDeps & { readonly usualWait: UsualWait };
  /** Who is at the other end, as limits count them. */
  readonly address: string;
  readonly limits: Limits;
  readonly auth: Auth;
  /** Where people find this server. */
  readonly url: string;
  /** Null on a socket: signing in is HTTP only. */
  readonly http: HttpContext | null;
}

export interface HttpContext {
  /** What the browser calls itself. */
  readonly userAgent: string | null;
  /** Gives the browser the agent's session, or takes it away. */
  setAgentCookie(session: { readonly secret: string; readonly endsAt: Date } | null): void;
}
