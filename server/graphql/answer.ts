import type { ExecutionResult, FieldNode, GraphQLError } from 'graphql';
import { locatedError } from 'graphql';

/** An answer in the making: where values go that come late, and what a failure leaves of it. */
export interface Running {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  /** Arguments of fields that were asked for already with these variables; null until one was. */
  readonly known: { args: Map<FieldNode, Record<string, unknown>> | null };
  readonly errors: GraphQLError[];
  /** Where null stands for what failed. */
  readonly nulled: Set<Place>;
  /** Values that are still to come. Each is put in its place when it is there, so that a whole list waits once. */
  waits: number;
  /** Called when the last one has come. */
  go: (() => void) | null;
  /** What failed can stand nowhere, so there is no data. */
  isLost: boolean;
}

/** Where a value goes in the answer. */
export interface Place {
  readonly prev: Place | undefined;
  readonly key: string | number;
  readonly container: Container;
  readonly nodes: readonly FieldNode[];
  readonly isNullable: boolean;
}

export type Container = Record<string | number, unknown> | unknown[];

/** The value of a field, a list item or an object as the answer has it, without what is still to come. Throws if there can be none. */
export type Complete = (running: Running, value: unknown, place: Place | undefined) => unknown;

export function responseOf({ errors, isLost }: Running, object: unknown): ExecutionResult {
  const data = (isLost ? null : object) as ExecutionResult['data'];
  return errors.length === 0 ? { data } : { errors, data };
}

/** Resolves when nothing is to come any more. */
export function settled(running: Running): Promise<void> {
  return new Promise((resolve) => { running.go = resolve; });
}

/** What is to come goes to its place when it is there; until then, null holds the place, and with it the order of the fields. */
export function later(running: Running, promise: Promise<unknown>, place: Place, complete: Complete): null {
  running.waits += 1;
  const come = (): void => {
    running.waits -= 1;
    if (running.waits === 0) running.go?.();
  };
  promise.then((value) => {
    try {
      (place.container as Record<string | number, unknown>)[place.key] = complete(running, value, place);
    } catch (error) {
      failLate(running, error, place);
    }
    come();
  }, (error: unknown) => {
    failLate(running, error, place);
    come();
  });
  return null;
}

/** Where nothing can stand, null stands if it may; else the parent cannot stand either. */
export function fail({ errors, nulled }: Running, error: unknown, place: Place): null {
  const located = locatedError(error, place.nodes, keysOf(place));
  if (!place.isNullable) throw located;
  if (!isWithin(nulled, place)) {
    nulled.add(place);
    errors.push(located);
  }
  return null;
}

/** The same where the parent is made already. */
function failLate(running: Running, error: unknown, place: Place): void {
  const { errors, nulled } = running;
  if (running.isLost || isWithin(nulled, place)) return;
  errors.push(locatedError(error, place.nodes, keysOf(place)));
  let highest: Place | undefined = place;
  while (highest && !highest.isNullable) highest = highest.prev;
  if (!highest) {
    running.isLost = true;
    return;
  }
  nulled.add(highest);
  (highest.container as Record<string | number, unknown>)[highest.key] = null;
}

function isWithin(nulled: ReadonlySet<Place>, place: Place | undefined): boolean {
  return nulled.size > 0 && place !== undefined && (nulled.has(place) || isWithin(nulled, place.prev));
}

function keysOf(place: Place | undefined): (string | number)[] {
  return place ? [...keysOf(place.prev), place.key] : [];
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
