import { listAudit } from '../../domain/audit.ts';
import type { AuditEntry } from '../../domain/types.ts';
import { builder, pageCost } from '../builder.ts';
import type { Context } from '../context.ts';
import { connectionOf, pageInfoOf } from './connections.ts';

const AuditActorKind = builder.enumType('AuditActorKind', {
  description: 'What kind of somebody acted.',
  values: {
    AGENT: { value: 'agent', description: 'A person of the team.' },
    TOKEN: { value: 'token', description: "An integrator's program." },
    COMMAND: { value: 'command', description: 'Whoever runs commands on the server itself.' },
    SYSTEM: { value: 'system', description: 'The product itself.' },
  } as const,
});

const AuditActor = builder.objectRef<AuditEntry['actor']>('AuditActor').implement({
  description: 'Who acted.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AuditActorKind, description: 'What kind of somebody.' }),
    id: t.exposeID('id', { description: 'Which one.' }),
    name: t.string({ nullable: true, description: 'As it is now; null where there is none.', resolve: (actor, _args, context) => nameOf(context, actor) }),
  }),
});

const AuditTarget = builder.objectRef<NonNullable<AuditEntry['target']>>('AuditTarget').implement({
  description: 'What it was done to.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'agent, token, key, customer, setting, article or message. New ones may come.' }),
    id: t.exposeID('id', { description: 'Which one.' }),
    name: t.string({ nullable: true, description: 'As it is now; null where there is none.', resolve: (target, _args, context) => nameOf(context, target) }),
  }),
});

const AuditFact = builder.objectRef<{ name: string; value: string }>('AuditFact').implement({
  description: 'A fact beside it. Never what people write, e-mail addresses or secrets.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "Such as 'role'." }),
    value: t.exposeString('value', { description: "Such as 'admin'." }),
  }),
});

const AuditEntryType = builder.objectRef<AuditEntry>('AuditEntry');
AuditEntryType.implement({
  description: 'Something of consequence that somebody did. What is done in a conversation is told by its own activities.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque.' }),
    at: t.expose('at', { type: 'DateTime', description: "When, by the server's clock." }),
    action: t.exposeString('action', { description: "Such as 'agent.signed_in'. New ones may come." }),
    actor: t.field({ type: AuditActor, description: 'Who.', resolve: (entry) => entry.actor }),
    target: t.field({ type: AuditTarget, nullable: true, description: 'To what; null: to the installation.', resolve: (entry) => entry.target }),
    facts: t.field({
      type: [AuditFact], description: 'What else is to know.', resolve: (entry) => Object.entries(entry.detail).map(([name, value]) => ({ name, value })),
    }),
  }),
});

const { Connection } = connectionOf('AuditEntry', AuditEntryType, 'A page of the audit log.');

builder.queryField('auditLog', (t) => t.field({
  type: Connection,
  description: 'Newest first. It only grows: nothing can change or delete a line. Admins, and tokens with `admin`, only.',
  args: {
    first: t.arg.int({ defaultValue: 50, description: '1 to 100.' }),
    after: t.arg({ type: 'Cursor', description: 'Where the page before ended.' }),
    action: t.arg.string({ description: "Only this one, such as 'token.created', or this kind, such as 'token'." }),
  },
  complexity: (args) => pageCost(args, 50),
  resolve: async (_root, args, { deps, viewer }) => pageInfoOf(await listAudit(deps, viewer, args)),
}));

async function nameOf({ deps: { people } }: Context, { kind, id }: { readonly kind: string; readonly id: string }): Promise<string | null> {
  const known = kind === 'agent' ? await people.agent(id) : kind === 'token' ? await people.token(id) : null;
  return known?.name ?? null;
}
