import type { Clock } from '../../domain/ports/store.ts';
import type { Connection } from './connection.ts';

/** What the adapter's parts share. */
export interface StoreContext {
  readonly clock: Clock;
  readonly epoch: string;
  readonly prepared: Connection['prepared'];
  /** Runs a synchronous read at once. Rejects with what it throws; UnavailableError if the storage fails. */
  read<T>(work: () => T): Promise<T>;
  /** Runs synchronous work in the next group's transaction; settles once it is durable. The work may be run again. */
  write<T>(work: () => T): Promise<T>;
}
