import type { ASTVisitor, DirectiveNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode, ValidationContext } from 'graphql';
import { GraphQLError, Kind } from 'graphql';

/** DESIGN §7. */
export const MAX_TOKENS = 1_000;
const MAX_DEPTH = 10;
const MAX_ALIASES = 15;
const MAX_DIRECTIVES = 10;
/** Fields after all fragments are spread: what a walk over the operation may cost. Our own largest operation has about 100, a tool's introspection 230. */
const MAX_FIELDS = 400;

interface Size { readonly depth: number; readonly fields: number; readonly aliases: number; readonly directives: number }
const EMPTY: Size = { depth: 0, fields: 0, aliases: 0, directives: 0 };

/**
 * A validation rule that measures an operation as if all its fragments were spread, in time linear in the document: each fragment is measured
 * once, so that a thousand fragments which spread each other twice cost a thousand steps. Introspection's own depth is not counted: graphql-js has a rule for it.
 */
export function documentLimits(context: ValidationContext): ASTVisitor {
  const measured = new Map<string, Size>();

  function measure({ selections }: SelectionSetNode): Size {
    return selections.map((selection) => {
      const own = { ...EMPTY, directives: selection.directives?.length ?? 0 };
      if (selection.kind === Kind.INLINE_FRAGMENT) return beside(own, measure(selection.selectionSet));
      if (selection.kind === Kind.FRAGMENT_SPREAD) return beside(own, measureFragment(context.getFragment(selection.name.value)));
      const inner = selection.selectionSet ? measure(selection.selectionSet) : EMPTY;
      return {
        depth: selection.name.value.startsWith('__') ? 1 : inner.depth + 1,
        fields: inner.fields + 1,
        aliases: inner.aliases + (selection.alias ? 1 : 0),
        directives: inner.directives + own.directives,
      };
    }).reduce(beside, EMPTY);
  }

  function measureFragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    if (!fragment) return EMPTY;
    const known = measured.get(fragment.name.value);
    if (known) return known;
    measured.set(fragment.name.value, EMPTY); // a cycle ends here; graphql-js refuses it by a rule of its own
    const size = measure(fragment.selectionSet);
    measured.set(fragment.name.value, size);
    return size;
  }

  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      const size = beside({ ...EMPTY, directives: directivesOf(operation).length }, measure(operation.selectionSet));
      const refuse = (what: string, limit: number, found: number): void => {
        if (found > limit) context.reportError(new GraphQLError(`The operation has more than ${limit} ${what}.`));
      };
      refuse('levels', MAX_DEPTH, size.depth);
      refuse('aliases', MAX_ALIASES, size.aliases);
      refuse('directives', MAX_DIRECTIVES, size.directives);
      refuse('fields', MAX_FIELDS, size.fields);
      return false;
    },
  };
}

function directivesOf(operation: OperationDefinitionNode): readonly DirectiveNode[] {
  return [...(operation.directives ?? []), ...(operation.variableDefinitions ?? []).flatMap((variable) => variable.directives ?? [])];
}

function beside(a: Size, b: Size): Size {
  return {
    depth: Math.max(a.depth, b.depth),
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
  };
}
