import { createApp, defineComponent, h, ref } from 'vue';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Client } from '../../web/src/graphql/client.ts';
import { textOf } from '../../web/src/graphql/document.ts';
import { until } from '../_util/wait.ts';

/** What the server says to each operation, by its name; it sees its text, too. What it throws, the client throws. */
export type Answers = Readonly<Record<string, (variables: Record<string, unknown>, text: string) => unknown>>;

export function clientOf(answers: Answers): Client {
  return {
    state: ref('open'),
    execute: async (document, variables) => {
      const text = textOf(document);
      const [, name = ''] = /(?:query|mutation) (\w+)/.exec(text) ?? [];
      const answer = answers[name];
      if (!answer) throw new Error(`nobody answers ${name}`);
      return await answer(variables as Record<string, unknown>, text) as never;
    },
    subscribe: () => () => undefined,
    opened: async () => undefined,
    wake: () => undefined,
    dispose: () => undefined,
  };
}

export interface Shown {
  readonly root: HTMLElement;
  /** The button of this name, pressed as by the keyboard. */
  press(name: string): void;
  /** The field of this label. */
  field(label: string): HTMLTextAreaElement;
  /** Writes this in place of what stands there, with the keyboard in it. */
  write(label: string, text: string): void;
  /** Waits until it says this. */
  see(text: string | RegExp): Promise<void>;
  /** Waits until the keyboard is on what says this. The page itself does not count. */
  holdFocus(text: string): Promise<void>;
  leave(): void;
}

const DEADLINE_MS = 5_000;

/** A screen of the settings on a page of its own. */
export async function show(screen: Component, answers: Answers, { path = '/' } = {}): Promise<Shown> {
  const props = { client: clientOf(answers), agent: { id: 'ana', name: 'Ana', role: 'ADMIN' } };
  const component = defineComponent(() => () => h(screen, props));
  const places = { 'article': '/article/:articleId', 'new-article': '/new-article', 'inbox': '/inbox/:customerId', 'help': '/help/:articleId' };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component }, ...Object.entries(places).map(([name, place]) => ({ path: place, name, component }))],
  });
  await router.push(path);
  const root = document.body.appendChild(document.createElement('div'));
  const app = createApp(RouterView).use(router);
  app.mount(root);
  function field(label: string): HTMLTextAreaElement {
    const { htmlFor } = [...root.querySelectorAll('label')].find(({ textContent }) => textContent === label) ?? {};
    const found = root.querySelector<HTMLTextAreaElement>(`[id="${htmlFor}"]`);
    if (!found) throw new Error(`there is no field ${label}`);
    return found;
  }
  return {
    root, field,
    write(label, text) {
      const written = field(label);
      written.focus();
      written.value = text;
      written.dispatchEvent(new Event('input'));
    },
    press(name) {
      const button = [...document.querySelectorAll('button')].find((it) => (it.ariaLabel ?? it.textContent).trim() === name);
      if (!button) throw new Error(`there is no button ${name}`);
      button.focus();
      button.click();
    },
    see: (text) => until(`the page to say ${String(text)}`, () => (typeof text === 'string' ? root.textContent.includes(text) : text.test(root.textContent)), DEADLINE_MS),
    holdFocus: (text) => until(`the focus to be on ${text}`, () => {
      const { activeElement: focused, body } = document;
      return focused !== body && (focused?.ariaLabel ?? focused?.textContent ?? '').includes(text);
    }, DEADLINE_MS),
    leave() {
      app.unmount();
      root.remove();
    },
  };
}
