import type { FunctionalComponent, VNode } from 'vue';
import { h } from 'vue';

const FENCE = /^```[^\n`]*\n([\s\S]*?)\n?```$\n?/m;
const CODE = /`([^`\n]+)`/;
/** Nothing but http and https becomes a link, and no mark that turns the direction of writing is part of one. */
const LINK = /(https?:\/\/[^\s<>"\u202a-\u202e\u2066-\u2069]*[^\s<>".,;:!?)\]}'\u202a-\u202e\u2066-\u2069])/;

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
    // Its own direction, whatever the text around it is turned to.
    LINK.test(part) ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow', dir: 'ltr' }, shownAddress(part)) : part
  ));
}

/** As it was written, unless its host has letters that look like others: then as the browser reads it. */
function shownAddress(link: string): string {
  return /^\w+:\/\/[!-~]+([/?#]|$)/.test(link) || !URL.canParse(link) ? link : new URL(link).href;
}
