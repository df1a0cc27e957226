/** No answer came: the connection was lost, or never came about. Whether the server did what was asked is unknown. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';
}

/** The server answered with an error outside the result; `code` says which. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly code: string;
  readonly retryAfterMs: number | null;
  constructor(errors: readonly WireError[]) {
    super(errors[0]?.message ?? 'The server refused.');
    const { code, retryAfterMs } = errors[0]?.extensions ?? {};
    this.code = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
    this.retryAfterMs = typeof retryAfterMs === 'number' ? retryAfterMs : null;
  }
}

export interface WireError { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }

const HEALS = new Set(['RATE_LIMITED', 'TRY_AGAIN', 'STORAGE_FULL', 'OVERLOADED']);

/** True if the same again may work, without anybody changing anything. */
export function heals(error: unknown): boolean {
  return error instanceof ConnectionLostError || (error instanceof RefusedError && HEALS.has(error.code));
}

/** A sentence for whoever waits for the answer. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConnectionLostError) return 'The server did not answer.';
  if (error instanceof RefusedError && error.code !== 'INTERNAL_SERVER_ERROR') return error.message;
  return 'Something went wrong on the server.';
}
