import { onScopeDispose } from 'vue';
import type { KeyedAction } from './keys.ts';
import { isMac, KEYS } from './keys.ts';

const SEQUENCE_MS = 1_500;

/**
 * Does what the keys of the inbox stand for, by what they print. Silent while a dialog is open, and, but for those with Ctrl or ⌘, while somebody types
 * or chooses from a menu.
 */
export function useShortcuts(actions: Readonly<Record<KeyedAction, () => void>>): void {
  const actionOf = new Map(Object.entries(KEYS).map(([action, keys]) => [keys as string, action as KeyedAction]));
  const begins = new Set([...actionOf.keys()].map((keys) => keys.split(' ')).filter(([begin, then]) => begin !== 'Mod' && then).map(([begin]) => begin));
  let first = { key: '', at: 0 };

  function onKey(event: KeyboardEvent): void {
    const stroke = strokeOf(event);
    if (!stroke || event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    if (!stroke.startsWith('Mod') && isTyping(event.target)) return;
    const begun = event.timeStamp - first.at < SEQUENCE_MS ? first.key : '';
    const action = actionOf.get(`${begun} ${stroke}`) ?? actionOf.get(stroke);
    first = { key: begins.has(stroke) ? stroke : '', at: event.timeStamp };
    if (!action) return;
    event.preventDefault();
    actions[action]();
  }
  addEventListener('keydown', onKey);
  onScopeDispose(() => removeEventListener('keydown', onKey));
}

/** Null: with a modifier that the inbox leaves to others, or one alone. */
function strokeOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string | null {
  if (altKey || (isMac ? ctrlKey : metaKey) || ['Shift', 'Control', 'Meta'].includes(key)) return null;
  const printed = key.length === 1 ? key.toLowerCase() : key;
  return ctrlKey || metaKey ? `Mod ${printed}` : printed;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select, [role^=menuitem]'));
}
