import type { Call } from '../_util/graphql-client.ts';
import { ConnectionLostError } from '../_util/graphql-client.ts';
import type { Message, SendInput } from '../_util/minicom.ts';
import { newSend, trySend } from '../_util/minicom.ts';

/** One message that a sender tried to send. Neither acknowledged nor refused: it may have been kept or not. */
export interface Send {
  readonly sender: string;
  readonly input: SendInput;
  acknowledged: Message | null;
  refused: string | null;
}

/** Tries once. @returns false if the connection went and the outcome is unknown */
export async function attempt(call: Call, send: Send): Promise<boolean> {
  try {
    const outcome = await trySend(call, send.input);
    if ('code' in outcome) send.refused = outcome.code;
    else if (outcome.message) send.acknowledged ??= outcome.message;
    else send.refused = outcome.__typename;
    if (send.acknowledged) send.refused = null;
    return true;
  } catch (error) {
    if (error instanceof ConnectionLostError) return false;
    throw error;
  }
}

/** The store cannot say whether it kept it: like a lost connection, this asks for the same again. */
const UNKNOWN_OUTCOMES: ReadonlySet<string> = new Set(['TRY_AGAIN', 'OVERLOADED']);

export interface KeepSending {
  readonly sender: string;
  readonly call: Call;
  readonly customerId: string;
  /** How many may be under way at once; they are sent in order on one socket. */
  readonly width: number;
  readonly ledger: Send[];
  readonly isOver: () => boolean;
  /** @default the sender's name and a number */
  readonly text?: (index: number) => string;
}

/** Sends one message after another until it is over or the connection goes. Every text is its own, so that a row is known by its text. */
export async function keepSending({ sender, call, customerId, width, ledger, isOver, text }: KeepSending): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let isLost = false;
  for (let index = 0; !isLost && !isOver(); index += 1) {
    const send: Send = { sender, input: newSend(customerId, text?.(index) ?? `${sender} ${index}`), acknowledged: null, refused: null };
    ledger.push(send);
    const trying = attempt(call, send).then((isKnown) => {
      isLost ||= !isKnown;
      underWay.delete(trying);
    });
    underWay.add(trying);
    if (underWay.size >= width) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

/**
 * What is wrong with the histories, given what was sent: every acknowledged message exactly once and as acknowledged, every unknown one at most once
 * (exactly once when `isSettled`), every refused one never, each sender's in the order of sending, and nothing else.
 * @param histories by customer's id, of all conversations that were sent to
 */
export function compareWithHistories(sends: readonly Send[], histories: ReadonlyMap<string, readonly Message[]>, isSettled: boolean): string[] {
  const problems: string[] = [];
  const rows = new Map<string, Message[]>();
  for (const [customerId, history] of histories) {
    problems.push(...disorderIn(history).map((problem) => `${customerId}: ${problem}`));
    for (const message of history) {
      if (message.kind !== 'TEXT') continue;
      const key = `${customerId}\0${message.text}`;
      rows.set(key, [...(rows.get(key) ?? []), message]);
    }
  }
  const newest = new Map<string, number>();
  for (const { sender, input, acknowledged, refused } of sends) {
    const key = `${input.customerId}\0${input.text}`;
    const found = rows.get(key) ?? [];
    rows.delete(key);
    const isKnown = acknowledged !== null || isSettled;
    const isRefused = refused !== null && !UNKNOWN_OUTCOMES.has(refused);
    if (found.length > 1 || (isKnown && found.length === 0) || (isRefused && found.length > 0)) {
      problems.push(`"${input.text}" (${acknowledged ? 'acknowledged' : (refused ?? 'unknown')}) is there ${found.length} times`);
    }
    const [row] = found;
    if (!row) continue;
    if (acknowledged && !isSameCommit(acknowledged, row)) {
      problems.push(`"${input.text}" was acknowledged as ${commitOf(acknowledged)} and is ${commitOf(row)}`);
    }
    if (row.seq <= (newest.get(sender) ?? 0)) problems.push(`"${input.text}" comes before what ${sender} sent earlier`);
    newest.set(sender, row.seq);
  }
  for (const [key, found] of rows) problems.push(`nobody sent ${JSON.stringify(key)}, and it is there ${found.length} times`);
  return problems;
}

/** What was refused and then sent again comes later than it was first sent; in this order, nothing counts as reordered. */
export function inOrderOfCommit(sends: readonly Send[]): Send[] {
  return [...sends].sort((a, b) => (a.acknowledged?.seq ?? 0) - (b.acknowledged?.seq ?? 0));
}

/** Of one history: `seq` rises, no id comes twice. */
export function disorderIn(history: readonly Message[]): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  let before = 0;
  for (const { id, seq } of history) {
    if (ids.has(id)) problems.push(`message ${id} comes twice`);
    if (seq <= before) problems.push(`seq ${seq} comes after seq ${before}`);
    ids.add(id);
    before = seq;
  }
  return problems;
}

export function isSameCommit(a: Message, b: Message): boolean {
  return commitOf(a) === commitOf(b);
}

export function commitOf({ id, seq, createdAt }: Message): string {
  return `${id} seq ${seq} of ${createdAt}`;
}

/** What differs between two lists of rows; empty if they are equal. */
export function differences(actual: readonly Message[], expected: readonly Message[]): string[] {
  const problems: string[] = [];
  const byId = new Map(actual.map((message) => [message.id, message]));
  for (const message of expected) {
    const own = byId.get(message.id);
    if (!own) problems.push(`missing: ${JSON.stringify(message)}`);
    else if (!isEqual(own, message)) problems.push(`stale: ${JSON.stringify(own)} instead of ${JSON.stringify(message)}`);
    byId.delete(message.id);
  }
  for (const message of byId.values()) problems.push(`too much: ${JSON.stringify(message)}`);
  const isOrdered = actual.every(({ id }, index) => id === expected[index]?.id);
  if (problems.length === 0 && !isOrdered) problems.push('in another order');
  return problems;
}

/** Equal as data, whatever the order of the keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part
  ));
}
