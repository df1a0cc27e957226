import type { OwnSession } from '../../auth/accounts.ts';
import type { Enrolment, Self } from '../../auth/second-factor.ts';
import { asAgent } from '../../domain/audit.ts';
import { InvalidInputError, RateLimitedError } from '../../domain/errors.ts';
import type { Guess } from '../attempt.ts';
import { attempt } from '../attempt.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';
import { requireHttp } from './sessions.ts';
import { AgentResult, settled } from './team.ts';

/** An agent's own account. */

// ── sessions ─────────────────────────────────────────────────────────────────────────────────────

const AgentSessionType = builder.objectRef<OwnSession>('AgentSession').implement({
  description: 'A browser or program in which one is signed in.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Names it; opens nothing.' }),
    browser: t.exposeString('browser', { description: "What it calls itself, such as 'Firefox on Linux'." }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When one signed in.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', description: 'Half an hour old at most.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Slides with use: 12 hours, and 7 days in all.' }),
    isCurrent: t.exposeBoolean('isCurrent', { description: 'The one that asks.' }),
  }),
});

const RevokeSessionInput = builder.inputType('RevokeSessionInput', {
  description: 'Which session.',
  fields: (t) => ({ sessionId: t.id({ required: true, description: 'As `mySessions` names it.' }) }),
});

builder.queryField('mySessions', (t) => t.field({
  type: [AgentSessionType],
  description: "One's own live sessions, the last used first. Agents only.",
  resolve: async (_root, _args, context) => [...(await context.auth.accounts.sessions(selfOf(context), sessionHashOf(context)))],
}));

// ── password ─────────────────────────────────────────────────────────────────────────────────────

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The password as it is and as it shall be.',
  fields: (t) => ({
    password: t.string({ required: true, description: 'As it is.' }),
    newPassword: t.string({ required: true, description: '12 to 256 characters.' }),
  }),
});

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'A new password by a link.',
  fields: (t) => ({
    token: t.string({ required: true, description: "What the link carries after '#password='." }),
    password: t.string({ required: true, description: '12 to 256 characters.' }),
  }),
});

const ResetPasswordPayload = builder.objectRef<{ done: true }>('ResetPasswordPayload').implement({
  description: 'The password is set. Nobody is signed in by it: sign in with it.',
  fields: (t) => ({ done: t.exposeBoolean('done', { description: 'Always true.' }) }),
});

const ResetPasswordResult = builder.unionType('ResetPasswordResult', {
  description: 'What came of choosing a password.',
  types: [ResetPasswordPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('ResetPasswordPayload'),
});

// ── second factor ────────────────────────────────────────────────────────────────────────────────

const EnrolSecondFactorInput = builder.inputType('EnrolSecondFactorInput', {
  description: 'Begins to turn a second factor on.',
  fields: (t) => ({ password: t.string({ required: true, description: "One's own." }) }),
});

const EnrolSecondFactorPayload = builder.objectRef<Enrolment>('EnrolSecondFactorPayload').implement({
  description: 'What the app on the device needs. Nothing is on before `confirmSecondFactor`.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'To type in, in Base32. Told this once.' }),
    uri: t.exposeString('uri', { description: 'The same for a QR code: otpauth://totp/…' }),
    enrolment: t.exposeString('enrolment', { description: 'Hand it back to `confirmSecondFactor` within 15 minutes.' }),
  }),
});

const EnrolSecondFactorResult = builder.unionType('EnrolSecondFactorResult', {
  description: 'What came of beginning.',
  types: [EnrolSecondFactorPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('EnrolSecondFactorPayload'),
});

const ConfirmSecondFactorInput = builder.inputType('ConfirmSecondFactorInput', {
  description: 'Shows that the app works.',
  fields: (t) => ({
    enrolment: t.string({ required: true, description: 'As `enrolSecondFactor` gave it.' }),
    code: t.string({ required: true, description: 'Six digits that the app shows now.' }),
  }),
});

const ConfirmSecondFactorPayload = builder.objectRef<{ recoveryCodes: readonly string[] }>('ConfirmSecondFactorPayload').implement({
  description: 'It is on: signing in asks for a code from now on.',
  fields: (t) => ({
    recoveryCodes: t.stringList({
      description: 'Ten codes for a lost device, each good once in place of one of the app. Told this once.', resolve: (payload) => [...payload.recoveryCodes],
    }),
  }),
});

const ConfirmSecondFactorResult = builder.unionType('ConfirmSecondFactorResult', {
  description: 'What came of confirming.',
  types: [ConfirmSecondFactorPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('ConfirmSecondFactorPayload'),
});

const DisableSecondFactorInput = builder.inputType('DisableSecondFactorInput', {
  description: 'Turns the second factor off.',
  fields: (t) => ({
    password: t.string({ required: true, description: "One's own." }),
    code: t.string({ required: true, description: 'From the app, or a recovery code.' }),
  }),
});

// ── verbs ────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  revokeSession: t.boolean({
    description: "Ends one of one's own sessions; its sockets close within 5 seconds. False: there is none like it. Agents only.",
    args: { input: t.arg({ type: RevokeSessionInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input: { sessionId } }, context) => context.auth.accounts.endSession(selfOf(context), sessionId),
  }),
  changePassword: t.field({
    type: AgentResult,
    description: "One's own. All other sessions end, and unused password links. Agents only.",
    args: { input: t.arg({ type: ChangePasswordInput, required: true, description: 'From which to which.' }) },
    resolve: (_root, { input }, context) => settled(guarded(context, ['password'], async (self) => {
      const agent = await context.auth.accounts.changePassword(self, sessionHashOf(context), input);
      await context.auth.live.hasten();
      return agent;
    })),
  }),
  resetPassword: t.field({
    type: ResetPasswordResult,
    description: "By an admin's link. All sessions of the agent end, and none begins. The second factor stays. Over HTTP only.",
    args: { input: t.arg({ type: ResetPasswordInput, required: true, description: 'By which link, to which.' }) },
    resolve: async (_root, { input }, context) => {
      requireHttp(context);
      const reset = attempt(context, { guesses: ['token'] }, () => context.auth.accounts.resetPassword(input));
      return orError(reset.then(() => ({ done: true as const })), InvalidInputError, RateLimitedError);
    },
  }),
  enrolSecondFactor: t.field({
    type: EnrolSecondFactorResult,
    description: 'The first of two steps. Agents only.',
    args: { input: t.arg({ type: EnrolSecondFactorInput, required: true, description: 'Who it is.' }) },
    resolve: (_root, { input: { password } }, context) => (
      orError(guarded(context, ['password'], (self) => context.auth.accounts.enrolSecondFactor(self, password)), InvalidInputError, RateLimitedError)
    ),
  }),
  confirmSecondFactor: t.field({
    type: ConfirmSecondFactorResult,
    description: 'The second of two steps. All other sessions end: they began without it. Agents only.',
    args: { input: t.arg({ type: ConfirmSecondFactorInput, required: true, description: 'A code from the app.' }) },
    resolve: (_root, { input }, context) => {
      const confirmed = guarded(context, ['code'], async (self) => {
        const recoveryCodes = await context.auth.secondFactor.confirm(self, sessionHashOf(context), input);
        await context.auth.live.hasten();
        return { recoveryCodes };
      });
      return orError(confirmed, InvalidInputError, RateLimitedError);
    },
  }),
  disableSecondFactor: t.field({
    type: AgentResult,
    description: 'The password is enough from now on; recovery codes are void. Agents only.',
    args: { input: t.arg({ type: DisableSecondFactorInput, required: true, description: 'Who it is.' }) },
    resolve: (_root, { input }, context) => settled(guarded(context, ['password', 'code'], (self) => context.auth.accounts.disableSecondFactor(self, input))),
  }),
}));

/** Wrong guesses at one's own password count as those of signing in: a session that was stolen is no way around. */
async function guarded<T>(context: Context, guesses: readonly Guess[], work: (self: Self) => Promise<T>): Promise<T> {
  const self = selfOf(context);
  const agent = await context.deps.people.agent(self.id);
  return attempt(context, { account: agent?.email, guesses }, () => work(self));
}

function selfOf({ viewer }: Context): Self {
  return asAgent(viewer);
}

function sessionHashOf({ viewer }: Context): string {
  return viewer?.session.hash ?? '';
}
