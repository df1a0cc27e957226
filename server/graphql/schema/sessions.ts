import { GraphQLError } from 'graphql';
import type { AgentSession, CustomerSession } from '../../auth/sessions.ts';
import { ringMoved } from '../../domain/commit.ts';
import { InvalidInputError, RateLimitedError } from '../../domain/errors.ts';
import type { Agent } from '../../domain/types.ts';
import type { Guess } from '../attempt.ts';
import { attempt } from '../attempt.ts';
import { builder } from '../builder.ts';
import type { Context, HttpContext } from '../context.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';
import { AgentType, CustomerType } from './refs.ts';

const CustomerSessionType = builder.objectRef<CustomerSession>('CustomerSession').implement({
  description: 'Carried as `Authorization: Bearer …` and as `connectionParams.token`; never in a URL. Shown once, stored hashed.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'The secret.' }),
    customer: t.field({ type: CustomerType, description: 'Whose session it is.', resolve: (session) => session.customer }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Slides with use: 180 days for a visitor, 24 hours for an identified customer.' }),
  }),
});

const StartCustomerSessionInput = builder.inputType('StartCustomerSessionInput', {
  description: 'Who the customer is, as the embedding site vouches.',
  fields: (t) => ({
    identityToken: t.string({
      required: true,
      description: "A JWT signed by the site that embeds the chat: `sub` is the customer's id; `aud`, `iat` and `exp` are required.",
    }),
    visitorToken: t.string({ description: 'The session of the anonymous visitor on the same device, to keep what was said so far.' }),
  }),
});

const StartCustomerSessionResult = builder.unionType('StartCustomerSessionResult', {
  description: 'What came of identifying.',
  types: [CustomerSessionType, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('CustomerSession'),
});

const StartVisitorSessionResult = builder.unionType('StartVisitorSessionResult', {
  description: 'What came of starting.',
  types: [CustomerSessionType, RateLimitedErrorType],
  resolveType: memberName('CustomerSession'),
});

const SignInInput = builder.inputType('SignInInput', {
  description: "An agent's credentials.",
  fields: (t) => ({
    email: t.string({ required: true, description: 'Compared without regard to case.' }),
    password: t.string({ required: true, description: 'As chosen when the invitation was accepted, or since.' }),
    code: t.string({ description: 'Of the second factor, for who has one: six digits from the app, or a recovery code. Asked for with InvalidInputError on `code`, once the password is right.' }),
  }),
});

const AcceptInviteInput = builder.inputType('AcceptInviteInput', {
  description: 'A new agent.',
  fields: (t) => ({
    token: t.string({ required: true, description: "What the link carries after '#invite='." }),
    name: t.string({ required: true, description: '1 to 80 characters. Customers see it.' }),
    email: t.string({ required: true, description: 'To sign in with; no customer sees it.' }),
    password: t.string({ required: true, description: '12 to 256 characters.' }),
  }),
});

const SignInPayload = builder.objectRef<{ agent: Agent }>('SignInPayload').implement({
  description: 'Agents get an HttpOnly cookie with it.',
  fields: (t) => ({ agent: t.field({ type: AgentType, description: 'Who signed in.', resolve: (payload) => payload.agent }) }),
});

const SignInResult = builder.unionType('SignInResult', {
  description: 'What came of signing in.',
  types: [SignInPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('SignInPayload'),
});

builder.mutationFields((t) => ({
  startVisitorSession: t.field({
    type: StartVisitorSessionResult,
    description: 'An anonymous visitor with a fresh random id and an empty conversation. Over HTTP only (`HTTP_ONLY` elsewhere), like every way to sign in.',
    resolve: (_root, _args, context) => {
      requireHttp(context);
      return orError(started(context, context.auth.sessions.startVisitor()), RateLimitedError);
    },
  }),
  startCustomerSession: t.field({
    type: StartCustomerSessionResult,
    description: 'Exchanges an identity token for a session. The same token may be exchanged again until it expires. Over HTTP only.',
    args: { input: t.arg({ type: StartCustomerSessionInput, required: true, description: 'Who it is.' }) },
    resolve: (_root, { input }, context) => {
      requireHttp(context);
      const starting = context.auth.sessions.startCustomer(input).then((session) => {
        ringMoved(context.deps, session.rung);
        return session;
      });
      return orError(started(context, starting), InvalidInputError, RateLimitedError);
    },
  }),
  signIn: t.field({
    type: SignInResult,
    description: "Starts an agent's session. Over HTTP only.",
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who it is.' }) },
    resolve: (_root, { input }, context) => signedIn(context, ({ userAgent }) => {
      const guesses: readonly Guess[] = input.code ? ['password', 'code'] : ['password'];
      return attempt(context, { account: input.email, guesses }, () => context.auth.sessions.signIn(input, userAgent));
    }),
  }),
  acceptInvite: t.field({
    type: SignInResult,
    description: 'The one-time link of a first start or of an invitation. Over HTTP only.',
    args: { input: t.arg({ type: AcceptInviteInput, required: true, description: 'Who joins.' }) },
    resolve: (_root, { input }, context) => signedIn(context, ({ userAgent }) => (
      attempt(context, { guesses: ['token'] }, () => context.auth.sessions.acceptInvite(input, userAgent))
    )),
  }),
  signOut: t.boolean({
    description: 'Ends the session that asks; its sockets close within 5 seconds. False when nobody is signed in.',
    resolve: async (_root, _args, context) => {
      const { viewer, auth: { sessions }, http } = context;
      const wasSignedIn = await sessions.signOut(viewer);
      if (wasSignedIn) context.viewer = null;
      if (viewer?.kind === 'agent') http?.setAgentCookie(null);
      return wasSignedIn;
    },
  }),
}));

async function started(context: Context, starting: Promise<CustomerSession>): Promise<CustomerSession> {
  const session = await starting;
  context.viewer = await context.auth.sessions.viewerOf(session.token);
  return session;
}

async function signedIn(context: Context, signIn: (http: HttpContext) => Promise<AgentSession>) {
  const http = requireHttp(context);
  const outcome = await orError(signIn(http), InvalidInputError, RateLimitedError);
  if (!('agent' in outcome)) return outcome;
  http.setAgentCookie(outcome);
  context.viewer = await context.auth.sessions.viewerOf(outcome.secret);
  return { agent: outcome.agent };
}

export function requireHttp({ http }: Context): HttpContext {
  if (http) return http;
  throw new GraphQLError('Signing in works over HTTP only.', { extensions: { code: 'HTTP_ONLY' } });
}
