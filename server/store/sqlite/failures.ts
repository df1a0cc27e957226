import Database from 'better-sqlite3';
import { UnavailableError } from '../../domain/errors.ts';

/** `full`: no space left. `busy`: another process writes. `broken`: the file can no longer be trusted through this connection. */
export type Failure = 'full' | 'busy' | 'broken' | 'other';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Database.SqliteError)) return 'other';
  const [, name = ''] = error.code.split('_');
  if (name === 'FULL') return 'full';
  if (name === 'BUSY' || name === 'LOCKED') return 'busy';
  return BROKEN.has(name) ? 'broken' : 'other';
}

/** What a caller is told of a failure, or null if it is none of the storage's. */
export function unavailable(error: unknown): UnavailableError | null {
  const failure = failureOf(error);
  if (failure === 'other') return null;
  return failure === 'full' ? new UnavailableError('STORAGE_FULL', 5_000, { cause: error }) : tryAgain(error);
}

export function tryAgain(cause: unknown): UnavailableError {
  return new UnavailableError('TRY_AGAIN', 500, { cause });
}

/** The database cannot be opened; the message says why and what helps, and is meant for the operator. */
export class StoreOpenError extends Error {
  override name = 'StoreOpenError';
}

const BROKEN = new Set(['IOERR', 'CORRUPT', 'NOTADB', 'CANTOPEN', 'READONLY', 'PROTOCOL']);
