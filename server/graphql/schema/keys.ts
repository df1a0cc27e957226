import type { Check, IdentityCheck } from '../../auth/identity-token.ts';
import { canSeeTeam } from '../../domain/access.ts';
import { asAdmin } from '../../domain/audit.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { requireRight } from '../../domain/people.ts';
import type { IdentityKey } from '../../domain/ports/people.ts';
import { builder } from '../builder.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────

const IdentityKeyType = builder.objectRef<IdentityKey>('IdentityKey').implement({
  description: 'A key that a site signs identity tokens with. Two may be in use at once, so that a site can change over.',
  fields: (t) => ({
    kid: t.exposeString('kid', { description: 'Goes into the header of each token.' }),
    algorithm: t.exposeString('algorithm', { description: 'The only `alg` that counts with it: HS256 for a shared secret, EdDSA for a public key.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when its tokens are refused; null while it is in use.' }),
  }),
});

const AddIdentityKeyInput = builder.inputType('AddIdentityKeyInput', {
  description: 'Which kind of key.',
  fields: (t) => ({
    publicKey: t.string({ description: "The public half of the site's own Ed25519 key, in PEM. Without it, a shared secret is made." }),
  }),
});

interface AddedKey { readonly key: IdentityKey; readonly secret: string | null; readonly audience: string }

const AddIdentityKeyPayload = builder.objectRef<AddedKey>('AddIdentityKeyPayload').implement({
  description: 'It counts from now on.',
  fields: (t) => ({
    key: t.field({ type: IdentityKeyType, description: 'What is kept of it.', resolve: (payload) => payload.key }),
    secret: t.exposeString('secret', {
      nullable: true, description: 'The shared secret: these 43 characters are the key as they stand. Told this once. Null for a public key.',
    }),
    audience: t.exposeString('audience', { description: 'The `aud` that each token must carry.' }),
  }),
});

const AddIdentityKeyResult = builder.unionType('AddIdentityKeyResult', {
  description: 'What came of adding a key.',
  types: [AddIdentityKeyPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('AddIdentityKeyPayload'),
});

const RetireIdentityKeyInput = builder.inputType('RetireIdentityKeyInput', {
  description: 'Which key.',
  fields: (t) => ({ kid: t.string({ required: true, description: 'Its name.' }) }),
});

const RetireIdentityKeyPayload = builder.objectRef<{ key: IdentityKey }>('RetireIdentityKeyPayload').implement({
  description: 'It counts no more.',
  fields: (t) => ({ key: t.field({ type: IdentityKeyType, description: 'As it is now.', resolve: (payload) => payload.key }) }),
});

const RetireIdentityKeyResult = builder.unionType('RetireIdentityKeyResult', {
  description: 'What came of retiring.',
  types: [RetireIdentityKeyPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('RetireIdentityKeyPayload'),
});

// ── the lab ──────────────────────────────────────────────────────────────────────────────────────

const IdentityCheckStep = builder.objectRef<Check>('IdentityCheckStep').implement({
  description: 'One thing that a token has to be.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'form, kid, alg, signature, sub, aud, iat, exp, nbf or lifetime.' }),
    passed: t.exposeBoolean('passed', { description: 'It is.' }),
    detail: t.exposeString('detail', { description: 'What was found and, if it does not pass, what would.' }),
  }),
});

const IdentityCheckType = builder.objectRef<IdentityCheck>('IdentityCheck').implement({
  description: 'What `startCustomerSession` would make of a token now.',
  fields: (t) => ({
    valid: t.boolean({ description: 'All passed: it would be accepted.', resolve: ({ identified }) => identified !== null }),
    checks: t.field({ type: [IdentityCheckStep], description: 'In order.', resolve: ({ checks }) => [...checks] }),
    customerId: t.string({ nullable: true, description: 'Who it is; null unless it is valid.', resolve: ({ identified }) => identified?.sub ?? null }),
    name: t.string({ nullable: true, description: 'As it would be shown.', resolve: ({ identified }) => identified?.name ?? null }),
    email: t.string({ nullable: true, description: 'As it would be shown.', resolve: ({ identified }) => identified?.email ?? null }),
  }),
});

builder.queryFields((t) => ({
  identityKeys: t.field({
    type: [IdentityKeyType],
    description: 'Retired ones too, the oldest first. Admins only.',
    resolve: async (_root, _args, { deps, viewer }) => {
      asAdmin(viewer);
      return [...(await deps.people.identityKeys())];
    },
  }),
  identityAudience: t.string({
    description: 'Who this installation is: the `aud` that each identity token must carry. Agents only.',
    resolve: (_root, _args, { deps, viewer }) => {
      requireRight(viewer, canSeeTeam(viewer));
      return deps.people.installId();
    },
  }),
  checkIdentityToken: t.field({
    type: IdentityCheckType,
    description: 'For whoever builds the site: each check of a token, and why it fails. Starts nothing, and keeps nothing. Agents only.',
    args: { token: t.arg.string({ required: true, description: 'The identity token.' }) },
    resolve: (_root, { token }, { auth, viewer }) => {
      requireRight(viewer, canSeeTeam(viewer));
      return auth.identity.check(token);
    },
  }),
}));

builder.mutationFields((t) => ({
  addIdentityKey: t.field({
    type: AddIdentityKeyResult,
    description: 'Two may be in use at once: a third is refused until one is retired. Admins only.',
    args: { input: t.arg({ type: AddIdentityKeyInput, required: true, description: 'Which kind.' }) },
    resolve: async (_root, { input: { publicKey } }, { auth: { identityKeys }, deps, viewer }) => {
      const by = asAdmin(viewer);
      const adding = publicKey == null ? identityKeys.addShared(by) : identityKeys.addPublic(by, publicKey).then((key) => ({ key, secret: null }));
      return orError(adding.then(async (added) => ({ ...added, audience: await deps.people.installId() })), InvalidInputError);
    },
  }),
  retireIdentityKey: t.field({
    type: RetireIdentityKeyResult,
    description: 'Its tokens are refused at once, and sessions of customers that began with them end. First let the site sign with another. Admins only.',
    args: { input: t.arg({ type: RetireIdentityKeyInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input: { kid } }, { auth, viewer }) => {
      const retired = auth.identityKeys.retire(asAdmin(viewer), kid).then(async (key) => {
        await auth.live.hasten();
        return { key };
      });
      return orError(retired, InvalidInputError);
    },
  }),
}));
