/**
 * An endless generator that can be ended from outside while it waits. A bare generator cannot: its `return()` queues behind the pending `next()`,
 * so a closed socket would leave it parked until somebody writes (reliability T20). Here `return()` ends the wait first.
 */
export class Closable<T> implements AsyncIterableIterator<T> {
  readonly #generator: AsyncGenerator<T, void, void>;
  readonly #endWait: () => void;

  constructor(generator: AsyncGenerator<T, void, void>, endWait: () => void) {
    this.#generator = generator;
    this.#endWait = endWait;
  }

  next(): Promise<IteratorResult<T>> {
    return this.#generator.next();
  }

  return(): Promise<IteratorResult<T>> {
    this.#endWait();
    return this.#generator.return();
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.#endWait();
    return this.#generator.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
