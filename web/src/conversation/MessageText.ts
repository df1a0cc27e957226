import type { FunctionalComponent, VNode } from 'vue';
import { h } from 'vue';

const FENCE = /^```[^\n`]*\n([\s\S]*?)\n?```$\n?/m;
const CODE = /`([^`\n]+)`/;
/** Nothing but http and https becomes a link. */
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/;

type Part = VNode | string;

/** What was written, as text: fenced and quoted code, and links. A split by one group has what lies between its matches at even places. */
export const MessageText: FunctionalComponent<{ text: string }> = ({ text }) => text.split(FENCE).flatMap((part, index) => (
  index % 2 ? [h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Code' }, part)] : lineParts(part)
));
MessageText.props = { text: { type: String, required: true } };

function lineParts(text: string): Part[] {
  return text.split(CODE).flatMap((part, index) => (index % 2 ? [h('code', part)] : linkParts(part)));
}

function linkParts(text: string): Part[] {
  return text.split(LINK).filter(Boolean).map((part) => (
    LINK.test(part) ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part) : part
  ));
}
