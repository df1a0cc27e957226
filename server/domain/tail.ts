import type { Bell, Bus } from './ports/bus.ts';
import type { ConversationLog, StreamPage } from './ports/log.ts';
import { topics } from './ports/bus.ts';
import type { StreamRow } from './types.ts';

/** Rows that one tail keeps at most; a follower further behind reads the store. */
const TAIL_ROWS = 100;

export interface Place {
  readonly stream: string;
  readonly position: number;
  readonly cursor: string;
}

export interface Tails { open(customerId: string): TailReader }

/** The part of one follower in the tail of a conversation. It takes one when it first reads, so that those who are never told anything share nothing. */
export interface TailReader {
  /** As `ConversationLog.streamAfter`, from memory where the place lies inside the tail. */
  after(place: Place, limit: number): ReturnType<ConversationLog['streamAfter']>;
  /** Leaves the tail until the next read, and may be called again. */
  close(): void;
}

interface Tail {
  readonly customerId: string;
  readers: number;
  readonly bell: Bell;
  /** Every row with `from < position <= to`, as it is now; `to` is the head. Null while that is not known. */
  kept: { stream: string; from: number; to: number; cursor: string; rows: StreamRow[] } | null;
  refreshing: Promise<void> | null;
}

/** All followers of a conversation share one short tail of current rows, so that a message is read once, however many watch. */
export function createTails(log: ConversationLog, bus: Bus): Tails {
  const tails = new Map<string, Tail>();

  /** Reads what came after the tail's end, and lets the new states of rows replace the old. If it fails, or more came than a tail keeps, nothing is kept. */
  async function refresh(tail: Tail, place: Place): Promise<void> {
    const start = tail.kept ?? { stream: place.stream, from: place.position, to: place.position, cursor: place.cursor, rows: [] };
    tail.kept = null;
    const page = await log.streamAfter(tail.customerId, start.cursor, TAIL_ROWS);
    if ('reset' in page || page.stream !== start.stream || page.hasMore) return;
    const changed = new Set(page.rows.filter((row) => !isNew(row)).map(rowKey));
    const rows = changed.size === 0 ? [...start.rows, ...page.rows] : [...start.rows.filter((row) => !changed.has(rowKey(row))), ...page.rows];
    const dropped = rows.splice(0, Math.max(0, rows.length - TAIL_ROWS));
    tail.kept = { stream: page.stream, from: dropped.at(-1)?.position ?? start.from, to: page.to, cursor: page.cursor, rows };
  }

  /** One at a time, each after the ring that it is for. */
  function startRefresh(tail: Tail, place: Place): void {
    const run = (): Promise<void> => refresh(tail, place);
    const refreshing = (tail.refreshing?.then(run, run) ?? run()).finally(() => {
      if (tail.refreshing === refreshing) tail.refreshing = null;
    });
    tail.refreshing = refreshing;
  }

  const shelf: Shelf = {
    take(customerId) {
      const tail = tails.get(customerId) ?? { customerId, readers: 0, bell: bus.listen(topics.conversation(customerId)), kept: null, refreshing: null };
      tails.set(customerId, tail);
      tail.readers += 1;
      return tail;
    },

    giveBack(tail) {
      tail.readers -= 1;
      if (tail.readers > 0) return;
      tail.bell.close();
      tails.delete(tail.customerId);
    },

    async read(tail, place, limit) {
      if (tail.bell.take() || !(tail.kept || tail.refreshing)) startRefresh(tail, place);
      await tail.refreshing;
      const { kept } = tail;
      if (!kept || kept.stream !== place.stream || place.position < kept.from || place.position > kept.to) {
        return log.streamAfter(tail.customerId, place.cursor, limit);
      }
      return pageOf(kept, place.position, limit);
    },
  };

  return { open: (customerId) => new Reader(shelf, customerId) };
}

interface Shelf {
  take(customerId: string): Tail;
  giveBack(tail: Tail): void;
  read(tail: Tail, place: Place, limit: number): ReturnType<ConversationLog['streamAfter']>;
}

/** Every follower has one, so it carries no functions of its own. */
class Reader implements TailReader {
  readonly #shelf: Shelf;
  readonly #customerId: string;
  #tail: Tail | null = null;

  constructor(shelf: Shelf, customerId: string) {
    this.#shelf = shelf;
    this.#customerId = customerId;
  }

  after(place: Place, limit: number): ReturnType<ConversationLog['streamAfter']> {
    this.#tail ??= this.#shelf.take(this.#customerId);
    return this.#shelf.read(this.#tail, place, limit);
  }

  close(): void {
    if (this.#tail) this.#shelf.giveBack(this.#tail);
    this.#tail = null;
  }
}

function pageOf(kept: NonNullable<Tail['kept']>, from: number, limit: number): StreamPage {
  const start = kept.rows.findIndex((row) => row.position > from);
  const rows = start < 0 ? [] : kept.rows.slice(start, start + limit);
  const hasMore = start >= 0 && start + rows.length < kept.rows.length;
  const last = rows.at(-1);
  const end = hasMore && last ? { to: last.position, cursor: last.cursor } : { to: kept.to, cursor: kept.cursor };
  return { stream: kept.stream, from, rows, hasMore, ...end };
}

/** Nothing that is kept stands for the same. */
function isNew(row: StreamRow): boolean {
  return row.type === 'message' && row.message.seq === row.position;
}

function rowKey(row: StreamRow): string {
  return row.type === 'message' ? row.message.id : row.type;
}
