import { canSeeTeamDetails, canSeeToken } from '../../domain/access.ts';
import { asAdmin } from '../../domain/audit.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { ApiToken } from '../../domain/types.ts';
import { builder } from '../builder.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';
import { AgentType, ApiTokenType } from './refs.ts';

ApiTokenType.implement({
  description: "An integrator's program.",
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque; not the token itself.' }),
    name: t.exposeString('name', { description: 'As its maker named it.' }),
    scopes: t.field({
      type: ['String'],
      nullable: true,
      description: 'What it may do. Null for customers.',
      resolve: (token, _args, { viewer }) => (canSeeTeamDetails(viewer) ? [...token.scopes] : null),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was made. The token itself, and admins; null for others.',
      resolve: (token, _args, { viewer }) => (canSeeToken(viewer, token.id) ? token.createdAt : null),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself. The token itself, and admins; null for others.',
      resolve: (token, _args, { viewer }) => (canSeeToken(viewer, token.id) ? token.expiresAt : null),
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'An hour old at most; null: never. The token itself, and admins; null for others.',
      resolve: (token, _args, { viewer }) => (canSeeToken(viewer, token.id) ? token.usedAt : null),
    }),
    createdBy: t.field({
      type: AgentType,
      nullable: true,
      description: 'Null: a command made it. The token itself, and admins; null for others.',
      resolve: (token, _args, { deps, viewer }) => (token.createdBy !== null && canSeeToken(viewer, token.id) ? deps.people.agent(token.createdBy) : null),
    }),
  }),
});

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'What a program may do, and for how long.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 80 characters. Customers see it where the program writes.' }),
    scopes: t.stringList({
      required: true,
      description:
        'From conversations:read, conversations:write, messages:write, notes, customers:read, customers:write and admin, which is all of these, ' +
        "the bot's settings and the audit log.",
    }),
    days: t.int({ required: true, defaultValue: 90, description: '1 to 365.' }),
  }),
});

const CreateApiTokenPayload = builder.objectRef<{ secret: string; token: ApiToken }>('CreateApiTokenPayload').implement({
  description: 'It works from now on.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'The token itself: `Authorization: Bearer …`. Told this once.' }),
    token: t.field({ type: ApiTokenType, description: 'What is kept of it.', resolve: (payload) => payload.token }),
  }),
});

const CreateApiTokenResult = builder.unionType('CreateApiTokenResult', {
  description: 'What came of making a token.',
  types: [CreateApiTokenPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('CreateApiTokenPayload'),
});

const RevokeApiTokenInput = builder.inputType('RevokeApiTokenInput', {
  description: 'Which token.',
  fields: (t) => ({ tokenId: t.id({ required: true, description: 'Its id, not itself.' }) }),
});

const RevokeApiTokenPayload = builder.objectRef<{ token: ApiToken }>('RevokeApiTokenPayload').implement({
  description: 'It works no more.',
  fields: (t) => ({ token: t.field({ type: ApiTokenType, description: 'As it was.', resolve: (payload) => payload.token }) }),
});

const RevokeApiTokenResult = builder.unionType('RevokeApiTokenResult', {
  description: 'What came of revoking.',
  types: [RevokeApiTokenPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('RevokeApiTokenPayload'),
});

builder.queryField('apiTokens', (t) => t.field({
  type: [ApiTokenType],
  description: 'Those that were not revoked, expired ones too; the newest first, at most 500. Admins only.',
  resolve: async (_root, _args, { deps, viewer }) => {
    asAdmin(viewer);
    return [...(await deps.people.tokens())];
  },
}));

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenResult,
    description: 'Admins only.',
    args: { input: t.arg({ type: CreateApiTokenInput, required: true, description: 'What for.' }) },
    resolve: async (_root, { input }, { auth, viewer }) => orError(auth.tokens.create(asAdmin(viewer), input), InvalidInputError),
  }),
  revokeApiToken: t.field({
    type: RevokeApiTokenResult,
    description: 'At once; what it has open is closed with 4403. Admins only.',
    args: { input: t.arg({ type: RevokeApiTokenInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input: { tokenId } }, { auth, viewer }) => {
      const revoked = auth.tokens.revoke(asAdmin(viewer), tokenId).then(async (token) => {
        await auth.live.hasten();
        return { token };
      });
      return orError(revoked, InvalidInputError);
    },
  }),
}));
