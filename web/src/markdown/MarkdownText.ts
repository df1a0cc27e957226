import '../styles/articles.css';
import type { Nodes, Parents, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { FunctionalComponent, VNode } from 'vue';
import { h } from 'vue';
import { safeLink } from './safeLink.ts';

/** Quotes in quotes and the like: what lies deeper is left out. */
const MAX_DEPTH = 20;

/**
 * Markdown (CommonMark) as elements, under a page's own heading of level 1. Nothing in it becomes HTML: tags are shown as they are written, images as
 * their description, and only http, https, mailto and this site's own addresses become links.
 */
export const MarkdownText: FunctionalComponent<{ source: string }> = ({ source }) => {
  const root = fromMarkdown(source);
  return h('div', { class: 'MarkdownText', dir: 'auto' }, childrenOf(root, { addresses: addressesIn(root), depth: 0 }));
};
MarkdownText.props = { source: { type: String, required: true } };

/** The first paragraph as plain text; empty if there is none. */
export function firstParagraph(source: string): string {
  const paragraph = fromMarkdown(source).children.find(({ type }) => type === 'paragraph');
  return paragraph ? plainTextOf(paragraph).trim() : '';
}

interface Context {
  /** What `[text][name]` refers to, by name. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly depth: number;
}

type Rendered = VNode | string;

function childrenOf(parent: Parents, context: Context): Rendered[] {
  if (context.depth >= MAX_DEPTH) return ['…'];
  return parent.children.flatMap((child) => render(child, { ...context, depth: context.depth + 1 }));
}

function render(node: Nodes, context: Context): Rendered[] {
  switch (node.type) {
    case 'text':
    case 'html': return [node.value];
    case 'paragraph': return [h('p', childrenOf(node, context))];
    case 'heading': return [h(`h${Math.min(node.depth + 1, 6)}`, childrenOf(node, context))];
    case 'emphasis': return [h('em', childrenOf(node, context))];
    case 'strong': return [h('strong', childrenOf(node, context))];
    case 'blockquote': return [h('blockquote', childrenOf(node, context))];
    case 'list': return [h(node.ordered ? 'ol' : 'ul', { start: node.start ?? undefined }, childrenOf(node, context))];
    case 'listItem': return [h('li', node.children.flatMap((child) => (
      child.type === 'paragraph' && !node.spread ? childrenOf(child, context) : render(child, { ...context, depth: context.depth + 1 })
    )))];
    case 'inlineCode': return [h('code', node.value)];
    case 'code': return [h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Code' }, h('code', node.value))];
    case 'thematicBreak': return [h('hr')];
    case 'break': return [h('br')];
    case 'link': return link(node.url, childrenOf(node, context));
    case 'linkReference': return link(context.addresses.get(node.identifier) ?? '', childrenOf(node, context));
    case 'image':
    case 'imageReference': return [node.alt ?? ''];
    default: return [];
  }
}

function link(address: string, children: Rendered[]): Rendered[] {
  const href = safeLink(address);
  return href === null ? children : [h('a', { href, rel: 'noopener noreferrer nofollow' }, children)];
}

/** Only at the top: where people write them. */
function addressesIn(root: Root): ReadonlyMap<string, string> {
  return new Map(root.children.flatMap((node: RootContent) => (node.type === 'definition' ? [[node.identifier, node.url] as const] : [])));
}

function plainTextOf(node: Nodes): string {
  if (node.type === 'break') return '\n';
  if ('value' in node) return node.value;
  if ('alt' in node) return node.alt ?? '';
  return 'children' in node ? node.children.map(plainTextOf).join('') : '';
}
